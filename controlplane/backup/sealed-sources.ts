import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { BackupKey } from "./backup-key.ts";
import {
  type BackupManifest,
  MANIFEST_FILE,
  type ManifestEntry,
  manifestBytes,
  SEAL_FILE,
} from "./manifest.ts";
import type { TarSource } from "./tar-file.ts";

/** Everything that goes into the file, the manifest and its seal first. */
export async function sealedSources(
  manifest: Omit<BackupManifest, "format" | "formatVersion" | "entries">,
  sources: readonly TarSource[],
  key: BackupKey,
): Promise<readonly TarSource[]> {
  const entries = await Promise.all(sources.map(entryOf));
  const content = manifestBytes({ ...manifest, entries });
  return [
    { name: MANIFEST_FILE, mode: 0o600, content },
    { name: SEAL_FILE, mode: 0o600, content: Buffer.from(`${key.sealManifest(content)}\n`) },
    ...sources,
  ];
}

async function entryOf(source: TarSource): Promise<ManifestEntry> {
  const { name } = source;
  if ("content" in source) {
    return {
      name,
      size: source.content.length,
      sha256: createHash("sha256").update(source.content).digest("hex"),
    };
  }
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(source.from) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { name, size, sha256: hash.digest("hex") };
}
