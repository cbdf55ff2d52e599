import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

/** `sun_path` of the kernel has 108 bytes, the last of them NUL. */
const LONGEST = 107;
const NAME = "control.sock";

/** Where the server of a data directory listens for commands of its own machine. */
export interface ControlAddress {
  /** As people see it. */
  readonly file: string;
  /** As the kernel takes it. */
  readonly path: string;
  release(): void;
}

/** A directory whose path is too long for a socket is reached through a descriptor of it. */
export function controlAddress(directory: string): ControlAddress {
  const file = join(directory, NAME);
  if (Buffer.byteLength(file) <= LONGEST) return { file, path: file, release: () => undefined };
  const descriptor = openSync(directory, "r");
  return { file, path: `/proc/self/fd/${descriptor}/${NAME}`, release: () => closeSync(descriptor) };
}
