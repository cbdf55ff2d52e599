import { tryCommand } from "../../common/command.ts";

/** A program's shared library, copied from this machine to the same path of an image. */
export interface LibraryFile {
  readonly path: string;
  readonly from: string;
  readonly mode: number;
}

/**
 * What a program of this machine needs beside itself to run in an image that has nothing: its shared libraries and the dynamic
 * linker. Empty for a static program.
 */
export async function libraryFiles(program: string): Promise<readonly LibraryFile[]> {
  const result = await tryCommand("ldd", [program]);
  return parseLdd(result.stdout).map((path) => ({ path, from: path, mode: 0o755 }));
}

/** The paths in ldd's output: `libc.so.6 => /lib/libc.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)`. */
export function parseLdd(output: string): readonly string[] {
  return [...output.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x/gm)].flatMap((match) => match[1] ?? []);
}
