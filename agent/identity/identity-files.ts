import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";

/** What `node.json` holds. */
export interface IdentitySettings {
  /** `host:port[,host:port…]` of the API port of each server. */
  readonly server: string;
  /** Resource name. */
  readonly node: string;
  /** On each server's host, but for those in {@link nodePorts}. */
  readonly nodePort: number;
  /** By the API port's address: servers with another node port. */
  readonly nodePorts?: Readonly<Record<string, number>> | undefined;
}

/** Where an agent's identity lies in its state directory. `node.json` is written last: without it there is no identity. */
export const FILES = {
  key: "node.key",
  certificate: "node.crt",
  ca: "ca.crt",
  settings: "node.json",
} as const;

export type IdentityFile = keyof typeof FILES;

/** The text of each file; undefined for one that is not there. */
export async function readFiles(directory: string): Promise<Record<IdentityFile, string | undefined>> {
  const read = (file: IdentityFile) => readIfThere(join(directory, FILES[file]));
  const [key, certificate, ca, settings] = await Promise.all([
    read("key"),
    read("certificate"),
    read("ca"),
    read("settings"),
  ]);
  return { key, certificate, ca, settings };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    throw new KeyholdError({
      code: "failed",
      message: `${path} cannot be read: ${messageOf(thrown)}`,
      next: "run the agent as root, or give it another --state directory",
      cause: thrown,
    });
  }
}

/** Whole or not at all, also if the machine stops in between: written beside, flushed, renamed. Only the owner may read it. */
export async function writeIdentityFile(directory: string, file: IdentityFile, text: string): Promise<void> {
  const path = join(directory, FILES[file]);
  await writing(path, async (beside) => {
    await writeFlushed(beside, text);
    await rename(beside, path);
  });
}

/** `node.json`: whom the agent talks to, and as whom. */
export async function writeSettings(
  directory: string,
  { server, node, nodePort, nodePorts }: IdentitySettings,
): Promise<void> {
  const text = `${JSON.stringify({ server, node, nodePort, nodePorts }, undefined, 2)}\n`;
  await writeIdentityFile(directory, "settings", text);
}

/** Makes the directory if it is not there. @throws KeyholdError `failed` if no file can be made in it */
export async function checkWritable(directory: string): Promise<void> {
  await makeDirectory(directory, 0o700).catch((thrown) => {
    throw notWritable(directory, thrown);
  });
  await writing(join(directory, FILES.key), async (beside) => {
    await writeFlushed(beside, "");
    await rm(beside);
  });
}

async function writing(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  const beside = `${path}.${randomUUID()}`;
  try {
    await write(beside);
  } catch (thrown) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw notWritable(path, thrown);
  }
}

function notWritable(path: string, cause: unknown): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `${path} cannot be written: ${messageOf(cause)}`,
    next: "make the directory writable for the agent, or give it another with --state",
    cause,
  });
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Takes an identity, or the beginning of one, away. */
export async function removeFiles(directory: string): Promise<void> {
  const files = [FILES.settings, FILES.certificate, FILES.ca, FILES.key];
  await Promise.all(files.map((file) => rm(join(directory, file), { force: true })));
}
