import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ContainerFiles } from "../../../agent/inject/files/container-files.ts";
import { HeldSecrets } from "../../../agent/inject/held-secrets.ts";
import { Injector } from "../../../agent/inject/injector.ts";
import type { SpecFacts } from "../../../agent/inject/plan/types.ts";
import { RecordStore } from "../../../agent/inject/record-store.ts";
import type { OciProcess } from "../../../agent/runtime/oci-spec.ts";
import type { ResolvedSecret, TargetState } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { silentLog } from "../../../common/log.ts";
import { bundle, TARGET } from "../../unit/inject/samples.ts";

const [UID, GID] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
const PROCESS = { user: { uid: UID, gid: GID }, cwd: "/", args: ["serve"] };

/** One container under an injector with real files in memory; the control plane is a field. */
export class RunningWorld implements AsyncDisposable {
  readonly root: string;
  labels: Record<string, string> = {};
  env = ["PATH=/bin"];
  engineFacts: Partial<SpecFacts> = {};
  state: TargetState | "unreachable" = "unreachable";
  readonly warned: string[] = [];
  injector: Injector;

  static async open(): Promise<RunningWorld> {
    return new RunningWorld(await mkdtemp("/dev/shm/keyhold-running-"));
  }

  private constructor(root: string) {
    this.root = root;
    this.injector = this.#newInjector();
  }

  give(...secrets: readonly ResolvedSecret[]): void {
    this.state = { kind: "bundle", target: TARGET, bundle: bundle(...secrets) };
  }

  refuse(): void {
    this.state = { kind: "refused", target: TARGET, reason: "it was deleted", next: "make it anew" };
  }

  /** @returns the reason of a refusal, else `started` */
  async start(): Promise<string> {
    const directory = join(this.root, "bundle");
    await mkdir(directory, { recursive: true });
    const spec = { process: { ...PROCESS, env: this.env }, mounts: [{ destination: "/proc" }] };
    await writeFile(join(directory, "config.json"), JSON.stringify(spec));
    const answer = await this.injector.handle({ verb: "create", id: "id", bundle: directory });
    return answer.kind === "refused" ? answer.reason : "started";
  }

  /** Brings the running container to what the control plane says now. */
  async change(...secrets: readonly ResolvedSecret[]) {
    this.give(...secrets);
    if (typeof this.state === "string" || this.state.kind !== "bundle") throw new Error("never");
    return this.injector.reinject("id", this.state.bundle);
  }

  /** The agent is replaced by another. */
  async replaceAgent(): Promise<void> {
    this.injector = this.#newInjector();
    await this.injector.recover();
  }

  /** The variables of an exec without PATH, as `NAME=value`; undefined if it goes on without values. */
  async exec(...args: readonly string[]): Promise<readonly string[] | undefined> {
    const processFile = join(this.root, "process.json");
    await writeFile(processFile, JSON.stringify({ ...PROCESS, args, env: this.env }));
    const answer = await this.injector.handle({ verb: "exec", id: "id", processFile });
    if (answer.kind !== "process") return undefined;
    return (JSON.parse(answer.json.toString()) as OciProcess).env?.filter(
      (each) => !each.startsWith("PATH="),
    );
  }

  file(name: string): Promise<string> {
    return readFile(join(this.root, "run/containers/id/secrets", name), "utf8");
  }

  #newInjector(): Injector {
    const runDirectory = join(this.root, "run");
    const obtain = async () => {
      if (this.state !== "unreachable") return this.state;
      throw new KeyholdError({ code: "unavailable", message: "no connection" });
    };
    const log = { ...silentLog, warn: (_: object, message: string) => void this.warned.push(message) };
    const files = new ContainerFiles({ runDirectory, graceMs: 0 });
    return new Injector({
      labels: {
        labelsOf: async () => ({ name: "web", labels: { "keyhold.workspace": "acme/ws-1", ...this.labels } }),
      },
      source: { obtain, peek: () => undefined, prefetch: () => undefined },
      files,
      records: new RecordStore({ runDirectory, log: silentLog }),
      held: new HeldSecrets({ runDirectory, files, log: silentLog }),
      engineFacts: async () => this.engineFacts,
      log,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
