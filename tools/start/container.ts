import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Docker } from "../stage/docker.ts";

/** What a container's first process is, as the engine and the kernel say it. */
export interface FirstProcess {
  readonly pid: number;
  /** When the engine started it: another text after each restart. */
  readonly startedAt: string;
  /** The environment it was started with, from the kernel: what the image, a shell or `docker exec` make of it plays no part. */
  readonly env: ReadonlyMap<string, string>;
}

export async function firstProcessOf(docker: Docker, container: string): Promise<FirstProcess> {
  const text = await docker("inspect", "--format", "{{.State.Pid}} {{.State.StartedAt}}", container);
  const [pid = "0", startedAt = ""] = text.split(" ");
  await untilProgramRuns(pid);
  const environ = await readFile(`/proc/${pid}/environ`, "utf8");
  return { pid: Number(pid), startedAt, env: environmentOf(environ, "\0") };
}

/**
 * The engine calls a container started when the last stage of runc or crun has been told to go on; on a busy machine it takes a while to become
 * the program. Until then it has an environment of its own.
 */
async function untilProgramRuns(pid: string): Promise<void> {
  while ((await readFile(`/proc/${pid}/comm`, "utf8")).startsWith("runc:[")) await sleep(5);
}

/** The environment that `docker exec` gives a new process. */
export async function execEnvironment(
  docker: Docker,
  container: string,
): Promise<ReadonlyMap<string, string>> {
  return environmentOf(await docker("exec", container, "env"), "\n");
}

function environmentOf(text: string, separator: string): ReadonlyMap<string, string> {
  const pairs = text.split(separator).filter((line) => line.includes("="));
  return new Map(pairs.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
