import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { KeyholdError } from "../../../common/errors.ts";
import type { StatusCodec } from "../../../common/grpc/status.ts";
import { type SecretName, shortName } from "../../../common/resource-name.ts";
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
import { type Follower, SharedReadings, type SharedReadingsOptions } from "./shared-readings.ts";

export interface WaitParts extends RolloutParts {
  readonly database: Pick<Database, "snapshot" | "secrets" | "workspaces" | "projects">;
  readonly edge: Pick<Edge, "open" | "line" | "confirm" | "refused">;
  readonly status: StatusCodec;
  readonly onNews: SharedReadingsOptions["onNews"];
  /** Milliseconds between two looks if there is no news. */
  readonly every?: number;
}

type Waiting = Parameters<RolloutServiceHandlers["WaitRollout"]>[0];

const EVERY = 1000;
const PAUSE = 50;
/** Waits of one principal at the same time. */
export const WAITS_PER_PRINCIPAL = 5;

/** WaitRollout: looks again whenever there is news, and tells of what is different. */
export class RolloutWaits {
  readonly #parts: WaitParts;
  readonly #readings: SharedReadings;
  readonly #ofPrincipal = new Map<string, number>();
  #open = 0;
  #closing = false;

  constructor(parts: WaitParts) {
    this.#parts = parts;
    const { database, connections, onNews, every = EVERY } = parts;
    const read: SharedReadingsOptions["read"] = (name, version) =>
      readRollout(database, connections, name, version);
    this.#readings = new SharedReadings({ read, onNews, every, pause: PAUSE });
  }

  readonly handler: RolloutServiceHandlers["WaitRollout"] = (call) => void this.#serve(call);

  /** Ends all of them, so that their callers can ask another server. */
  close(): void {
    this.#closing = true;
    this.#readings.close();
  }

  /** How many wait. */
  get count(): number {
    return this.#open;
  }

  /** How many times the store was read for them. */
  get readings(): number {
    return this.#readings.count;
  }

  async #serve(call: Waiting): Promise<void> {
    const { edge, status } = this.#parts;
    const incoming = incomingOf(call);
    const line = edge.line(incoming);
    announce(call, incoming);
    this.#open += 1;
    let done: () => void = () => undefined;
    try {
      const { caller } = await edge.open(incoming);
      line.by(caller);
      done = this.#begin(caller.principal);
      await this.#wait(call, caller, () => edge.confirm(incoming));
      line.write();
      call.end();
    } catch (thrown) {
      line.write(thrown);
      await edge.refused(incoming, line, call.request, thrown);
      call.emit("error", status.toStatus(thrown));
    } finally {
      this.#open -= 1;
      done();
    }
  }

  /** @returns what to call at the end; @throws KeyholdError `exhausted` */
  #begin(principal: string): () => void {
    const count = this.#ofPrincipal.get(principal) ?? 0;
    if (count >= WAITS_PER_PRINCIPAL) throw tooManyWaits(principal, count);
    this.#ofPrincipal.set(principal, count + 1);
    return () => {
      const left = (this.#ofPrincipal.get(principal) ?? 1) - 1;
      if (left > 0) this.#ofPrincipal.set(principal, left);
      else this.#ofPrincipal.delete(principal);
    };
  }

  async #wait(call: Waiting, caller: Caller, confirm: () => Promise<void>): Promise<void> {
    const { access } = this.#parts;
    const name = secretIn(call.request);
    const version = versionIn(call.request.version);
    // Before anything is read for a caller that may not have it.
    await access.requireSecrets(caller, name.scope, "list", name.name);
    if (this.#closing) throw shuttingDown();
    const follower = this.#readings.follow(name, version);
    call.once("cancelled", () => follower.close());
    if (call.cancelled) follower.close();
    try {
      await this.#follow(call, caller, { follower, name, version, confirm });
    } finally {
      follower.close();
    }
  }

  /** @param what.confirm asked about each reading: whether the caller may still have it */
  async #follow(
    call: Waiting,
    caller: Caller,
    what: { follower: Follower; name: SecretName; version: number; confirm: () => Promise<void> },
  ): Promise<void> {
    const { database, access } = this.#parts;
    const { follower, name, version, confirm } = what;
    const progress = new WaitProgress(version);
    let last: RolloutStatus | undefined;
    for (;;) {
      const reading = await follower.next();
      if (this.#closing) throw shuttingDown();
      if (reading === undefined) return;
      await confirm();
      await access.requireSecrets(caller, name.scope, "list", name.name);
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
    }
  }

  async #message(asked: Asked, progress: Progress, caller: Caller): Promise<RolloutStatus> {
    const { placings, affected, delivered } = progress;
    const containers = await containerMessages(placings, { ...this.#parts, caller });
    return { secret: asked.name.name, version: newestVersion(asked), containers, affected, delivered };
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

function tooManyWaits(principal: string, count: number): KeyholdError {
  return new KeyholdError({
    code: "exhausted",
    message: `${count} waits of ${shortName(principal)} are under way, the limit is ${WAITS_PER_PRINCIPAL}`,
    next: "end one of them, or look now and then with: keyhold rollout status SECRET",
  });
}

function shuttingDown(): KeyholdError {
  return new KeyholdError({
    code: "unavailable",
    message: "the control plane is shutting down",
    next: "wait again when it is back: the change goes on meanwhile",
  });
}
