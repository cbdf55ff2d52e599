import Docker from "dockerode";
import { KeyholdError, messageOf, systemCodeOf } from "../../../../common/errors.ts";
import type {
  ContainerEngine,
  ContainerEvent,
  EngineFacts,
  LastStart,
  ListedContainer,
  Outcome,
} from "../../container-engine.ts";
import { type ContainerConfiguration, factsIn } from "../engine-facts.ts";
import { parseEvents } from "./event-stream.ts";
import { updateService } from "./service-update.ts";
import { readStatus } from "./status.ts";

export interface DockerEngineOptions {
  readonly socketPath: string;
  /** Milliseconds for questions that an engine answers from memory. */
  readonly patience?: number;
}

const POLICIES = ["always", "unless-stopped", "on-failure"] as const;
const UNREACHABLE = new Set(["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE", "ENOTSOCK"]);

/** The one place that knows dockerode; its 304, 404 and 409 are ordinary outcomes from here on. */
export class DockerEngine implements ContainerEngine {
  readonly #docker: Docker;
  readonly #socketPath: string;
  readonly #patience: number;

  constructor(options: DockerEngineOptions) {
    this.#docker = new Docker({ socketPath: options.socketPath });
    this.#socketPath = options.socketPath;
    this.#patience = options.patience ?? 5_000;
  }

  async list(id?: string): Promise<readonly ListedContainer[]> {
    const abortSignal = AbortSignal.timeout(this.#patience);
    const filters: Record<string, string[]> = id === undefined ? {} : { id: [id] };
    const found = await this.#ask("list containers", () =>
      this.#docker.listContainers({ all: true, abortSignal, filters }),
    );
    return found.map((each) => ({
      id: each.Id,
      name: (each.Names[0] ?? "").replace(/^\//, ""),
      labels: each.Labels ?? {},
      // A paused container has its process and its files, and goes on with them.
      running: each.State === "running" || each.State === "paused",
      ...(each.State === "paused" ? { paused: true } : {}),
      ...(each.State === "restarting" ? { restarting: true } : {}),
      ...readStatus(each.Status),
      ...networkIn(each.HostConfig?.NetworkMode),
    }));
  }

  async events(signal: AbortSignal): Promise<AsyncIterable<ContainerEvent>> {
    const event = [
      ...["create", "start", "kill", "die", "destroy"],
      ...["health_status", "rename", "pause", "unpause"],
    ];
    const filters = { type: ["container" as const], event };
    // The engine answers a moment before it listens; `since` makes it tell what happened in between.
    const since = Date.now() / 1_000;
    // Only the beginning has to come soon: a stream may be silent for days.
    const late = new AbortController();
    const patience = setTimeout(() => late.abort(), this.#patience);
    const abortSignal = AbortSignal.any([signal, late.signal]);
    try {
      const stream = await this.#ask("watch events", () =>
        this.#docker.getEvents({ filters, since, abortSignal }),
      );
      return parseEvents(stream);
    } finally {
      clearTimeout(patience);
    }
  }

  async runtimeOf(id: string): Promise<string | undefined> {
    return (await this.#inspect(id))?.HostConfig.Runtime;
  }

  async factsOf(id: string): Promise<EngineFacts | undefined> {
    const found = await this.#inspect(id);
    if (found === undefined) return undefined;
    const config = found.Config as ContainerConfiguration["config"];
    return factsIn({ hostConfig: found.HostConfig, config });
  }

  async imageEnvironment(id: string): Promise<readonly string[] | undefined> {
    const abortSignal = AbortSignal.timeout(this.#patience);
    const filters = { id: [id] };
    const found = await this.#ask("list containers", () =>
      this.#docker.listContainers({ all: true, abortSignal, filters }),
    );
    const image = found.find((each) => each.Id === id)?.ImageID;
    if (image === undefined) return undefined;
    try {
      const { Config } = await this.#ask("inspect an image", () => this.#docker.getImage(image).inspect());
      return Config.Env ?? [];
    } catch (thrown) {
      if (thrown instanceof KeyholdError && thrown.code === "not-found") return undefined;
      throw thrown;
    }
  }

  async lastStart(id: string): Promise<LastStart | undefined> {
    const found = await this.#inspect(id);
    if (found === undefined) return undefined;
    const { Status: status, Error: error, ExitCode: exitCode } = found.State;
    const policy = POLICIES.find((each) => each === found.HostConfig.RestartPolicy?.Name) ?? "no";
    return { status, error, exitCode, restarts: found.RestartCount, policy };
  }

  start(id: string): Promise<Outcome> {
    return this.#act("start a container", () => this.#docker.getContainer(id).start());
  }

  restart(id: string, stopTimeout?: number): Promise<Outcome> {
    const options = stopTimeout === undefined ? {} : { t: stopTimeout };
    return this.#act("restart a container", () => this.#docker.getContainer(id).restart(options));
  }

  async updateService(name: string, revision: number) {
    try {
      return await this.#ask("update a service", () => updateService(this.#docker, name, revision));
    } catch (thrown) {
      if (!(thrown instanceof KeyholdError)) throw thrown;
      if (thrown.code === "not-found") return "gone";
      if (statusOf(thrown.cause) === 503) return "not-manager";
      throw thrown;
    }
  }

  kill(id: string, signal: NodeJS.Signals): Promise<Outcome> {
    return this.#act("signal a container", () => this.#docker.getContainer(id).kill({ signal }));
  }

  wait(id: string, signal?: AbortSignal): Promise<Outcome> {
    const options = signal === undefined ? {} : { abortSignal: signal };
    return this.#act("wait for a container", () => this.#docker.getContainer(id).wait(options));
  }

  async #inspect(id: string): Promise<Docker.ContainerInspectInfo | undefined> {
    try {
      const abortSignal = AbortSignal.timeout(this.#patience);
      return await this.#ask("inspect a container", () =>
        this.#docker.getContainer(id).inspect({ abortSignal }),
      );
    } catch (thrown) {
      if (thrown instanceof KeyholdError && thrown.code === "not-found") return undefined;
      throw thrown;
    }
  }

  async #act(what: string, call: () => Promise<unknown>): Promise<Outcome> {
    try {
      await this.#ask(what, call);
      return "done";
    } catch (thrown) {
      if (thrown instanceof KeyholdError && thrown.code === "not-found") return "gone";
      if (thrown instanceof KeyholdError && thrown.code === "conflict") return "stopped";
      throw thrown;
    }
  }

  async #ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (thrown) {
      throw this.#translate(what, thrown);
    }
  }

  #translate(what: string, thrown: unknown): KeyholdError {
    const status = statusOf(thrown);
    const message = `cannot ${what}: ${messageOf(thrown)}`;
    if (status === 404) return new KeyholdError({ code: "not-found", message, cause: thrown });
    if (status === 304 || status === 409) {
      return new KeyholdError({ code: "conflict", message, retryable: false, cause: thrown });
    }
    if (UNREACHABLE.has(systemCodeOf(thrown) ?? "")) {
      return new KeyholdError({
        code: "unavailable",
        message: `the Docker Engine at ${this.#socketPath} cannot be reached: ${messageOf(thrown)}`,
        next: "start it, or name another socket with --docker-socket",
        cause: thrown,
      });
    }
    if (!(thrown instanceof Error) || !/^(AbortError|TimeoutError)$/.test(thrown.name)) {
      return new KeyholdError({ code: "failed", message, cause: thrown });
    }
    return new KeyholdError({
      code: "timeout",
      message: `cannot ${what}: the Docker Engine at ${this.#socketPath} did not answer within ${this.#patience} ms`,
      next: "if it goes on hanging, restart it; containers go on without it where its live-restore is on",
      cause: thrown,
    });
  }
}

const SHARED = "container:";

function networkIn(mode = ""): Pick<ListedContainer, "networkOf"> {
  return mode.startsWith(SHARED) ? { networkOf: mode.slice(SHARED.length) } : {};
}

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== "object" || thrown === null || !("statusCode" in thrown)) return undefined;
  return typeof thrown.statusCode === "number" ? thrown.statusCode : undefined;
}
