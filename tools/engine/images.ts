import { dirname } from "node:path";
import { command, requireProgram } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";
import { askEngine } from "./api.ts";
import type { Engine } from "./engine.ts";
import { libraryFiles } from "./libraries.ts";
import { type TarEntry, tarArchive } from "./tar.ts";

/**
 * A file that an image gets beside the base, or in place of what the base has there: text or bytes, a copy of a file of this
 * machine, or a symbolic link.
 */
type ImageFile = { readonly path: string; readonly mode?: number; readonly owner?: number } & (
  | { readonly content: Uint8Array | string }
  | { readonly from: string }
  | { readonly link: string }
);

export interface ImageOptions {
  readonly files?: readonly ImageFile[];
  /** Instructions of a Dockerfile that change the configuration: `ENV A=1`, `USER app`, `ENTRYPOINT ["/x"]`, `HEALTHCHECK CMD true`. */
  readonly changes?: readonly string[];
}

/** The unprivileged user of the base image. */
const APP_USER = { name: "app", id: 1000 } as const;

/**
 * Makes a small image without any image registry: busybox with all its applets, the users `root` and `app`, and what the options
 * add. Its command is `sh`. Takes about a tenth of a second.
 * @param tag for example `keyhold/base` (then `:latest`) or `keyhold/base:files`
 */
export async function importBaseImage(
  engine: Pick<Engine, "socket">,
  tag: string,
  options: ImageOptions = {},
): Promise<void> {
  const busybox = requireProgram("busybox");
  const applets = (await command("busybox", ["--list-full"])).trim().split("\n");
  const files = [...(await libraryFiles(busybox)), ...(options.files ?? [])];
  const own = files.map(entryOf);
  const taken = new Set(own.map((entry) => entry.path));
  const base = baseEntries(busybox, applets).filter((entry) => !taken.has(entry.path));
  await importImage(engine, tag, [...base, ...own], ['CMD ["sh"]', ...(options.changes ?? [])]);
}

/** Makes an image of one layer from these entries; directories above them are added. */
export async function importImage(
  engine: Pick<Engine, "socket">,
  tag: string,
  entries: readonly TarEntry[],
  changes: readonly string[],
): Promise<void> {
  const [repo, label] = splitTag(tag);
  const query = new URLSearchParams({ fromSrc: "-", repo, tag: label });
  for (const change of changes) query.append("changes", change);
  const body = tarArchive(withDirectories(entries));
  const answer = await askEngine(engine.socket, { method: "POST", path: `/images/create?${query}`, body });
  // The status is sent before the work is done; a failure comes as the last line of a body with status 200.
  const failure = /"error":"((?:[^"\\]|\\.)*)"/.exec(answer)?.[1];
  if (failure !== undefined) {
    throw new KeyholdError({
      code: "failed",
      message: `the engine could not import the image ${tag}: ${failure}`,
    });
  }
}

function baseEntries(busybox: string, applets: readonly string[]): readonly TarEntry[] {
  const users = [
    "root:x:0:0:root:/root:/bin/sh",
    `${APP_USER.name}:x:${APP_USER.id}:${APP_USER.id}:${APP_USER.name}:/home/${APP_USER.name}:/bin/sh`,
  ];
  const groups = ["root:x:0:", `${APP_USER.name}:x:${APP_USER.id}:`];
  return [
    { kind: "directory", path: "tmp", mode: 0o1777 },
    { kind: "directory", path: "root", mode: 0o700 },
    { kind: "directory", path: `home/${APP_USER.name}`, mode: 0o755, owner: APP_USER.id },
    ...["dev", "mnt", "opt", "proc", "run", "sys", "var/run"].map(
      (path) => ({ kind: "directory", path, mode: 0o755 }) as const,
    ),
    { kind: "file", path: "etc/passwd", mode: 0o644, content: lines(users) },
    { kind: "file", path: "etc/group", mode: 0o644, content: lines(groups) },
    { kind: "copy", path: "bin/busybox", mode: 0o755, from: busybox },
    ...applets
      .filter((path) => path !== "bin/busybox" && path !== "linuxrc")
      .map((path) => ({ kind: "link", path, mode: 0o777, target: "/bin/busybox" }) as const),
  ];
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

function entryOf(file: ImageFile): TarEntry {
  const common = {
    path: file.path.replace(/^\/+/, ""),
    mode: file.mode ?? 0o644,
    ...(file.owner === undefined ? {} : { owner: file.owner }),
  };
  if ("from" in file) return { ...common, kind: "copy", from: file.from };
  if ("link" in file) return { ...common, kind: "link", target: file.link };
  return { ...common, kind: "file", content: file.content };
}

/** Adds the directories above the entries that are not entries themselves, each before what lies in it. */
export function withDirectories(entries: readonly TarEntry[]): readonly TarEntry[] {
  const own = new Set(entries.map((entry) => entry.path));
  const added = new Set<string>();
  for (const { path } of entries) {
    for (let parent = dirname(path); parent !== "." && parent !== "/"; parent = dirname(parent)) {
      if (!own.has(parent)) added.add(parent);
    }
  }
  const directories = [...added].sort().map((path) => ({ kind: "directory", path, mode: 0o755 }) as const);
  return [...directories, ...entries];
}

/** A colon before the last slash belongs to a registry's port. */
export function splitTag(tag: string): readonly [repository: string, label: string] {
  const colon = tag.lastIndexOf(":");
  return colon > tag.lastIndexOf("/") ? [tag.slice(0, colon), tag.slice(colon + 1)] : [tag, "latest"];
}
