import type { Api } from "../../../cli/api/api.ts";
import { connectGrpc } from "../../../cli/api/grpc-api.ts";
import type { ContainerReport__Output } from "../../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { RolloutStatus__Output } from "../../../proto/gen/keyhold/v1/RolloutStatus.ts";
import { container } from "../../support/reports.ts";
import type { World } from "../api/world.ts";
import type { TestAgent } from "../nodes/world.ts";

/** A host without an engine: containers are what the test says, and what they have is what the real stream has brought. */
export class Host {
  readonly agent: TestAgent;
  readonly #containers = new Map<string, ContainerReport__Output>();

  constructor(agent: TestAgent) {
    this.agent = agent;
  }

  /** Starts a container with the values of now, and reports it. @returns what was reported */
  async start(name: string, target: string, fields: Partial<ContainerReport__Output> = {}): Promise<void> {
    await this.agent.ask(target);
    this.#containers.set(name, container(`id-of-${name}`, { containerName: name, target, ...fields }));
    this.give(name);
  }

  /** What the container has from now on: all its target gets. */
  give(name: string, fields: Partial<ContainerReport__Output> = {}): void {
    const before = this.#get(name);
    const state = this.agent.session.peek(before.target);
    if (state?.kind !== "bundle") throw new Error(`${before.target} gets nothing`);
    const { revision, secrets } = state.bundle;
    const delivered = secrets.map(({ secret, version, fingerprint }) => ({ secret, version, fingerprint }));
    this.say(name, { revision, delivered, ...fields });
  }

  say(name: string, fields: Partial<ContainerReport__Output>): void {
    this.#containers.set(name, { ...this.#get(name), ...fields });
    this.report();
  }

  remove(name: string): void {
    this.#containers.delete(name);
    this.report();
  }

  /** As an agent does whenever it connects. */
  report(): void {
    this.agent.session.report({ complete: true, containers: [...this.#containers.values()] });
  }

  /** Which version of a secret the node has been told of. */
  knows(target: string, id: string): number {
    const state = this.agent.session.peek(target);
    const found = state?.kind === "bundle" ? state.bundle.secrets.find((each) => each.id === id) : undefined;
    return found?.version ?? 0;
  }

  #get(name: string): ContainerReport__Output {
    const found = this.#containers.get(name);
    if (found === undefined) throw new Error(`there is no container ${name}`);
    return found;
  }
}

export function apiOf(world: World, token = world.owner): Api {
  return connectGrpc({ server: world.server.apiAddress, ca: world.ca.toString(), token });
}

/** `web-1 6 PENDING`, by name. */
export function lines(status: RolloutStatus__Output): string[] {
  return status.containers.map(({ containerName, version, state }) => `${containerName} ${version} ${state}`);
}
