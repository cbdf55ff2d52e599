import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "../common/command.ts";
import type { Engine } from "../tools/engine/engine.ts";
import { dockerFor } from "../tools/stage/docker.ts";
import { inside, processOf, SLEEPER } from "./containers.ts";
import { WatchedFiles } from "./watched-files.ts";

const GATEWAY = "docker_gwbridge";
const SERVICE = "rotated";

/** Milliseconds from `service update` until the new task can read the new value, and until Swarm says the service is stable. */
export interface Rotation {
  readonly readable: number;
  readonly converged: number;
}

/**
 * Rotates the secret of a Swarm service with one task as Swarm's documentation tells: a new secret, and `service update` with
 * `--secret-rm` and `--secret-add`.
 * @returns undefined where this machine is in a swarm already: its bridge must not be touched
 */
export async function rotateSwarm(
  engine: Pick<Engine, "socket">,
  image: string,
  rounds: number,
): Promise<readonly Rotation[] | undefined> {
  if (existsSync(`/sys/class/net/${GATEWAY}`)) return undefined;
  const docker = dockerFor(engine.socket);
  await docker("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:23770");
  try {
    await createSecret(engine, 0);
    const plain = ["--no-resolve-image", "--endpoint-mode", "dnsrr", "--detach=false", "--quiet"];
    const secret = ["--secret", "source=value-0,target=value"];
    await docker("service", "create", "--name", SERVICE, ...plain, ...secret, image, ...SLEEPER);
    const rotations: Rotation[] = [];
    for (let round = 1; round <= rounds; round += 1) rotations.push(await rotate(engine, round));
    return rotations;
  } finally {
    await docker.try("service", "rm", SERVICE);
    await docker("swarm", "leave", "--force");
    // Docker keeps the bridge when the swarm is left.
    await command("ip", ["link", "delete", GATEWAY]);
  }
}

async function rotate(engine: Pick<Engine, "socket">, round: number): Promise<Rotation> {
  const docker = dockerFor(engine.socket);
  await using files = new WatchedFiles();
  const before = await taskOf(engine);
  await createSecret(engine, round);
  const start = process.hrtime.bigint();
  const change = ["--secret-rm", `value-${round - 1}`, "--secret-add", `source=value-${round},target=value`];
  const update = docker("service", "update", "--quiet", "--detach=false", ...change, SERVICE);
  const path = inside(await taskOf(engine, before), "/run/secrets/value");
  const [readable = Number.NaN] = await files.until({ paths: [path], content: content(round) }, start);
  await update;
  return { readable, converged: Number(process.hrtime.bigint() - start) / 1e6 };
}

function createSecret({ socket }: Pick<Engine, "socket">, round: number): Promise<string> {
  const input = content(round);
  return command("docker", ["--host", `unix://${socket}`, "secret", "create", `value-${round}`, "-"], {
    input,
  });
}

function content(round: number): string {
  return `value of round ${round}`;
}

/** The process of the service's running task, as soon as there is one that is not `old`. */
async function taskOf({ socket }: Pick<Engine, "socket">, old = 0): Promise<number> {
  const docker = dockerFor(socket);
  for (;;) {
    const filters = [
      "--filter",
      `label=com.docker.swarm.service.name=${SERVICE}`,
      "--filter",
      "status=running",
    ];
    for (const id of (await docker("ps", "--quiet", ...filters)).split("\n").filter(Boolean)) {
      const found = await processOf(socket, id);
      if (found !== old && found !== 0) return found;
    }
    await pause(10);
  }
}
