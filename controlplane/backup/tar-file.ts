import { createReadStream, statSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Headers, type Pack, pack } from "tar-stream";

// A plain tar archive: `tar tf` of any system reads it, should Keyhold ever not be at hand.

/** A file that goes into an archive: its bytes, or where they are on this machine. */
export type TarSource = { readonly name: string; readonly mode: number } & (
  | { readonly content: Buffer }
  | { readonly from: string }
);

export interface SmallFile {
  /** Without a directory. */
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}

/** An entry that is being read. Its content can be read once, while it is visited. */
export interface VisitedEntry {
  readonly name: string;
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** Whether it is an ordinary file: nothing else belongs into a backup. */
  readonly isFile: boolean;
  readonly content: AsyncIterable<Buffer>;
}

/** The archive's bytes. @param time of all entries, in milliseconds */
export function packTar(sources: readonly TarSource[], time: number): Readable {
  const archive = pack();
  feed(archive, sources, time).catch((thrown: Error) => archive.destroy(thrown));
  return archive;
}

async function feed(archive: Pack, sources: readonly TarSource[], time: number): Promise<void> {
  for (const source of sources) {
    const size = "content" in source ? source.content.length : statSync(source.from).size;
    const { name, mode } = source;
    const header = { name, mode, size, mtime: new Date(Math.floor(time / 1000) * 1000) };
    if ("content" in source) archive.entry(header, source.content);
    else await pipeline(createReadStream(source.from), archive.entry(header));
  }
  archive.finalize();
}

/**
 * Reads an archive from its begin to its end, also what stands behind its end marker.
 * @param source a file, or the archive itself
 * @param visit is called for one entry after the other; what it throws ends the reading
 * @throws Error for what is no archive, or is cut off
 */
export async function readTar(
  source: string | Buffer,
  visit: (entry: VisitedEntry) => Promise<void>,
): Promise<void> {
  const archive = extract();
  // When a visit fails, the stream is destroyed as well, with an error that says less.
  let failure: unknown;
  archive.on("entry", (header, content, next) => {
    visit(entryOf(header, content as unknown as AsyncIterable<Buffer>)).then(
      () => {
        content.resume();
        next();
      },
      (thrown: unknown) => {
        failure ??= thrown;
        next(thrown);
      },
    );
  });
  const input = typeof source === "string" ? createReadStream(source) : Readable.from([source]);
  try {
    await pipeline(input, archive);
  } catch (thrown) {
    throw failure ?? thrown;
  }
}

function entryOf(header: Headers, content: AsyncIterable<Buffer>): VisitedEntry {
  const { name, mode = 0o600, size = 0, type } = header;
  return { name, mode, size, isFile: type === "file", content };
}

/** @throws Error if it has more bytes than `limit` */
export async function bytesOf({ name, size, content }: VisitedEntry, limit: number): Promise<Buffer> {
  if (size > limit) throw new Error(`${name} has ${size} bytes, more than ${limit}`);
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
