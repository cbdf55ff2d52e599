import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { KeyholdError } from "../../../common/errors.ts";
import type { StatusCodec } from "../../../common/grpc/status.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { RolloutServiceHandlers } from "../../../proto/gen/keyhold/v1/RolloutService.ts";
import type { RolloutStatus } from "../../../proto/gen/keyhold/v1/RolloutStatus.ts";
import type { Caller } from "../../identity/principal.ts";
import type { Asked } from "../../resolve/standing.ts";
import type { Database } from "../../stores/stores.ts";
import type { Edge } from "../edge/edge.ts";
import { announce, incomingOf } from "../edge/grpc-service.ts";
import { versionIn } from "../secrets/secret-writes.ts";
import { containerMessages, newestVersion, readRollout } from "./rollout-status.ts";
import { haltIn, isOver } from "./rollout-wait-end.ts";
import { type Progress, WaitProgress } from "./rollout-wait-progress.ts";
import { type RolloutParts, requireSecret, secretIn } from "./rollouts.ts";

export interface WaitParts extends RolloutParts {
  readonly database: Pick<Database, "snapshot" | "workspaces" | "projects">;
  readonly edge: Pick<Edge, "open" | "line" | "confirm" | "refused">;
  readonly status: StatusCodec;
  /** Calls the listener whenever what was read may not hold any more. @returns how to stop */
  readonly onNews: (listener: () => void) => () => void;
  /** Milliseconds between two looks if there is no news: of other servers, and of time itself, there is none. */
  readonly every?: number;
}

type Waiting = Parameters<RolloutServiceHandlers["WaitRollout"]>[0];

const EVERY = 1000;

/** WaitRollout: looks again whenever there is news, and tells of what is different. */
export class RolloutWaits {
  readonly #parts: WaitParts;
  readonly #open = new Set<Bell>();
  #closing = false;

  constructor(parts: WaitParts) {
    this.#parts = parts;
  }

  readonly handler: RolloutServiceHandlers["WaitRollout"] = (call) => void this.#serve(call);

  /** Ends all of them, so that their callers can ask another server. */
  close(): void {
    this.#closing = true;
    for (const bell of this.#open) bell.ring();
  }

  /** How many wait. */
  get count(): number {
    return this.#open.size;
  }

  async #serve(call: Waiting): Promise<void> {
    const { edge, status, onNews, every = EVERY } = this.#parts;
    const incoming = incomingOf(call);
    const line = edge.line(incoming);
    announce(call, incoming);
    const bell = new Bell(every);
    this.#open.add(bell);
    call.once("cancelled", () => bell.ring());
    const stop = onNews(() => bell.ring());
    try {
      const { caller } = await edge.open(incoming);
      line.by(caller);
      await this.#wait(call, caller, bell, () => edge.confirm(incoming));
      line.write();
      call.end();
    } catch (thrown) {
      line.write(thrown);
      await edge.refused(incoming, line, call.request, thrown);
      call.emit("error", status.toStatus(thrown));
    } finally {
      stop();
      this.#open.delete(bell);
      bell.close();
    }
  }

  /** @param confirm asked before each look whether the caller may still have it */
  async #wait(call: Waiting, caller: Caller, bell: Bell, confirm: () => Promise<void>): Promise<void> {
    const { database, access, connections } = this.#parts;
    const name = secretIn(call.request);
    const version = versionIn(call.request.version);
    const progress = new WaitProgress(version);
    let last: RolloutStatus | undefined;
    while (!call.cancelled) {
      if (this.#closing) throw shuttingDown();
      // Before the look: what comes in the middle of it is news.
      bell.hush();
      await confirm();
      await access.requireSecrets(caller, name.scope, "list", name.name);
      const reading = await readRollout(database, connections, name, version);
      // Of a purged one there is nothing any more once nobody has it: that is what such a wait is for.
      if (version > 0) requireSecret(reading);
      requireVersion(reading.asked, version);
      const now = progress.next(reading.placings);
      const message = await this.#message(reading.asked, now, caller);
      if (!isDeepStrictEqual(message, last)) await write(call, message);
      last = message;
      const halt = await haltIn(reading, now, version, { database, access, caller });
      if (halt !== undefined) throw halt;
      if (isOver(reading, now)) return;
      await bell.rung();
    }
  }

  async #message(asked: Asked, progress: Progress, caller: Caller): Promise<RolloutStatus> {
    const { placings, affected, delivered } = progress;
    const containers = await containerMessages(placings, this.#parts.access, caller);
    return { secret: asked.name.name, version: newestVersion(asked), containers, affected, delivered };
  }
}

/** Rung when there is something to look at; also every now and then. */
class Bell {
  readonly #every: number;
  #isRung = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(every: number) {
    this.#every = every;
  }

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  hush(): void {
    this.#isRung = false;
  }

  /** At once if it was rung since it was hushed. */
  async rung(): Promise<void> {
    if (this.#isRung || this.#ended) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, this.#every);
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }

  close(): void {
    this.#ended = true;
    this.#wake?.();
  }
}

/** A caller that does not read keeps only itself waiting. */
async function write(call: Waiting, message: RolloutStatus): Promise<void> {
  if (call.cancelled || call.write(message)) return;
  const gone = new AbortController();
  call.once("cancelled", () => gone.abort());
  await once(call, "drain", { signal: gone.signal }).catch(() => undefined);
}

/** @throws KeyholdError `invalid` */
function requireVersion({ name, record }: Asked, version: number): void {
  if (record === undefined || version <= record.version) return;
  throw new KeyholdError({
    code: "invalid",
    field: "version",
    message: `there is no version ${version} of ${shortName(name.name)}: the newest is ${record.version}`,
    next: `see keyhold secret history ${shortName(name.name)}`,
  });
}

function shuttingDown(): KeyholdError {
  return new KeyholdError({
    code: "unavailable",
    message: "the control plane is shutting down",
    next: "wait again when it is back: the change goes on meanwhile",
  });
}
