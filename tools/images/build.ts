import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { tryCommand } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Engine } from "../engine/engine.ts";

export interface BuildOptions {
  /** The directory that is sent to the engine. */
  readonly context: string;
  /** The text of a Dockerfile in place of the one in the context. */
  readonly dockerfile?: string;
  readonly target?: string;
  readonly tag: string;
  readonly arguments?: Readonly<Record<string, string>>;
}

/**
 * Builds an image as a person would, but without network. With the classic builder, which every engine has.
 * Throws `failed` with the last lines of the build.
 */
export async function buildImage(
  engine: Pick<Engine, "socket" | "directory">,
  options: BuildOptions,
): Promise<void> {
  // A configuration of its own: a person's may name builders, proxies and credentials.
  const configuration = await mkdtemp(join(engine.directory, "docker-build-"));
  try {
    const client = ["docker", `--config=${configuration}`, `--host=unix://${engine.socket}`];
    const result = await tryCommand("env", ["DOCKER_BUILDKIT=0", ...client, ...buildArguments(options)], {
      directory: options.context,
      input: options.dockerfile ?? "",
    });
    if (result.status !== 0) throw failed(options.tag, result.stdout + result.stderr);
  } finally {
    await rm(configuration, { recursive: true });
  }
}

function buildArguments(options: BuildOptions): readonly string[] {
  return [
    "build",
    "--network=none",
    `--tag=${options.tag}`,
    ...(options.target === undefined ? [] : [`--target=${options.target}`]),
    ...Object.entries(options.arguments ?? {}).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...(options.dockerfile === undefined ? [] : ["--file=-"]),
    ".",
  ];
}

function failed(tag: string, output: string): KeyholdError {
  const end = output.trimEnd().split("\n").slice(-25).join("\n");
  return new KeyholdError({ code: "failed", message: `the image ${tag} could not be built:\n${end}` });
}
