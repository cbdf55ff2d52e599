import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Headers, type Pack, pack } from "tar-stream";

/** One entry of an archive; its path has no leading slash. Without owner it is root's. */
export type TarEntry = { readonly path: string; readonly mode: number; readonly owner?: number } & (
  | { readonly kind: "directory" }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "file"; readonly content: Uint8Array | string }
  /** Read from this machine only while the archive is written: a program may have hundreds of megabytes. */
  | { readonly kind: "copy"; readonly from: string }
);

/** A tar archive, piece by piece. The same entries make the same bytes: no time, no owner's name. */
export function tarArchive(entries: Iterable<TarEntry>): Readable {
  const archive = pack();
  feed(archive, entries).catch((thrown: Error) => archive.destroy(thrown));
  return archive;
}

async function feed(archive: Pack, entries: Iterable<TarEntry>): Promise<void> {
  for (const entry of entries) {
    const header = headerOf(entry);
    if (entry.kind === "copy") {
      const { size } = await stat(entry.from);
      await pipeline(createReadStream(entry.from), archive.entry({ ...header, size }));
    } else {
      await written(archive, header, entry.kind === "file" ? Buffer.from(entry.content) : Buffer.alloc(0));
    }
  }
  archive.finalize();
}

const TYPES = { file: "file", copy: "file", link: "symlink", directory: "directory" } as const;

function headerOf(entry: TarEntry): Headers {
  const { path, mode, owner = 0, kind } = entry;
  const linkname = entry.kind === "link" ? { linkname: entry.target } : {};
  return { name: path, mode, uid: owner, gid: owner, mtime: new Date(0), type: TYPES[kind], ...linkname };
}

function written(archive: Pack, header: Headers, content: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  archive.entry({ ...header, size: content.length }, content, (thrown) => {
    if (thrown) reject(thrown);
    else resolve();
  });
  return promise;
}
