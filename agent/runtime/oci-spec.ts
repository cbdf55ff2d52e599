import { chmod, chown, open, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import { join, resolve } from "node:path";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import { parseExact, stringifyExact } from "./exact-json.ts";

/*
 * The parts of the OCI runtime specification (config.json of a bundle) that Keyhold reads or changes. Everything else is
 * carried along as it came: spread the value, never build one anew.
 */

interface OciUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids?: readonly number[];
}

/** `process` of a bundle, and the whole of the file behind `exec --process`. */
export interface OciProcess {
  /** `NAME=value`; a name may occur twice, then the C library of the container decides which one counts. */
  readonly env?: readonly string[];
  readonly user: OciUser;
  readonly cwd: string;
  readonly [other: string]: unknown;
}

export interface OciMount {
  readonly destination: string;
  readonly type?: string;
  readonly source?: string;
  readonly options?: readonly string[];
  readonly [other: string]: unknown;
}

/** Under userns-remap, id `containerID + n` inside is `hostID + n` outside, for n below `size`. */
export interface OciIdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

export interface OciSpec {
  readonly process: OciProcess;
  readonly root?: { readonly path?: string; readonly [other: string]: unknown };
  readonly mounts?: readonly OciMount[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux?: {
    readonly uidMappings?: readonly OciIdMapping[];
    readonly gidMappings?: readonly OciIdMapping[];
    readonly [other: string]: unknown;
  };
  readonly [other: string]: unknown;
}

/** `f_type` of statfs(2) for file systems that exist in memory only. */
const MEMORY_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */]);

/** Reads `bundle/config.json`. Throws `failed`, naming the file, for one that cannot be read or is no specification. */
export async function readSpec(bundle: string): Promise<OciSpec> {
  const path = join(bundle, "config.json");
  const spec = await readObject(path);
  if (!isProcess(spec.process)) throw notOci(path, "it has no process with user and cwd");
  if (!Array.isArray(spec.mounts ?? [])) throw notOci(path, "mounts is not a list");
  return spec as unknown as OciSpec;
}

/** Where a container's root file system is on the host. */
export function rootOf(bundle: string, spec: Pick<OciSpec, "root">): string {
  return resolve(bundle, spec.root?.path ?? "rootfs");
}

/** Reads the file behind `exec --process`. Throws as `readSpec` does. */
export async function readProcess(path: string): Promise<OciProcess> {
  const process = await readObject(path);
  if (!isProcess(process)) throw notOci(path, "it is no process with user and cwd");
  return process;
}

/** A process as the answer to `exec`. It holds secret values: it goes to the helper and nowhere else. */
export function formatProcess(process: OciProcess): Buffer {
  return Buffer.from(stringifyExact(process));
}

/**
 * Replaces `bundle/config.json` in one step, with the owner the file had. Since it will hold secret values, nobody else may read
 * it (containerd makes it 0644, and before 1.4.11 in a directory that everybody may enter), and a bundle that does not lie in
 * memory is refused (`precondition`) before anything is written.
 */
export async function writeSpec(bundle: string, spec: OciSpec): Promise<void> {
  await requireMemory(bundle);
  const path = join(bundle, "config.json");
  const next = join(bundle, ".config.json.keyhold");
  try {
    const { mode, uid, gid } = await stat(path);
    await rm(next, { force: true });
    const file = await open(next, "wx", 0o600);
    try {
      await file.writeFile(stringifyExact(spec));
    } finally {
      await file.close();
    }
    await chown(next, uid, gid);
    await chmod(next, mode & 0o700);
    await rename(next, path);
  } catch (cause) {
    await rm(next, { force: true });
    throw new KeyholdError({ code: "failed", message: `cannot write ${path}: ${messageOf(cause)}`, cause });
  }
}

async function requireMemory(bundle: string): Promise<void> {
  const { type } = await statfs(bundle).catch((cause) => {
    throw new KeyholdError({
      code: "failed",
      message: `cannot look at the bundle ${bundle}: ${messageOf(cause)}`,
      cause,
    });
  });
  if (MEMORY_FILE_SYSTEMS.has(type)) return;
  throw new KeyholdError({
    code: "precondition",
    message: `the container's bundle ${bundle} does not lie on tmpfs, so secret values would be written to a disk`,
    next: "give the engine an exec root on tmpfs: dockerd --exec-root /run/docker",
  });
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new KeyholdError({ code: "failed", message: `cannot read ${path}: ${messageOf(cause)}`, cause });
  }
  let value: unknown;
  try {
    value = parseExact(text);
  } catch {
    // Without the cause: V8's message quotes the text, and a process's environment is nobody's business.
    throw notOci(path, "it is not JSON");
  }
  if (!isObject(value)) throw notOci(path, "it is not an object");
  return value;
}

function isProcess(value: unknown): value is OciProcess {
  if (!isObject(value) || typeof value.cwd !== "string" || !isObject(value.user)) return false;
  const { uid, gid } = value.user;
  const env = value.env ?? [];
  return (
    typeof uid === "number" &&
    typeof gid === "number" &&
    Array.isArray(env) &&
    env.every((each) => typeof each === "string")
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notOci(path: string, reason: string): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `${path} is not what the OCI runtime specification asks for: ${reason}`,
  });
}
