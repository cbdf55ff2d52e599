import { realpath } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { command, requireProgram } from "../../common/command.ts";
import type { TarEntry } from "../engine/tar.ts";
import { libraryEntries, packageEntries } from "./machine-files.ts";

/** What `cc` starts for a C file, in order. */
const PROGRAMS = ["cc1", "as", "collect2", "ld"];

/** One header or library of each package that a static C program is made of: the C library's, the kernel's, the compiler's. */
const HEADERS = ["/usr/include/stdio.h", "/usr/include/linux/limits.h"];

/**
 * The C compiler of this machine for an image: the packages of its parts, their shared libraries, and `cc`.
 * Throws `precondition` where there is none, or where it does not come from Debian packages.
 */
export async function compilerEntries(): Promise<readonly TarEntry[]> {
  const cc = await realpath(requireProgram("cc"));
  const programs = [cc, ...(await Promise.all(PROGRAMS.map(partOf)))];
  const library = (await command("cc", ["-print-libgcc-file-name"])).trim();
  return [
    { kind: "link", path: "usr/bin/cc", mode: 0o777, target: cc },
    ...(await packageEntries([...programs, library, ...HEADERS])),
    ...(await libraryEntries(programs)),
  ];
}

/** The compiler names its own parts by their path, and the linker's just by name. */
async function partOf(name: string): Promise<string> {
  const path = (await command("cc", [`-print-prog-name=${name}`])).trim();
  return isAbsolute(path) ? path : requireProgram(path);
}
