import type { Reload } from "./reload.ts";

/**
 * One step of changing a host. Each can be done again: what is so already is left alone, and whatever comes in between two steps, the
 * same plan made anew begins where it stopped.
 */
export type Change =
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly content: Buffer;
      /** Undefined: the file's own, 0644 for a new one. */
      readonly mode?: number;
      /** What its time of modification is to be, where it becomes again what it was. */
      readonly modified?: number | undefined;
    }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "remove"; readonly path: string }
  /** The agent's tmpfs, unless an agent is using it. */
  | { readonly kind: "release"; readonly path: string }
  /** Directories that were made, children first; those that others use by now stay. */
  | {
      readonly kind: "remove-directories";
      readonly paths: readonly string[];
      readonly file?: string | undefined;
    }
  | ({ readonly kind: "reload" } & Reload)
  | { readonly kind: "systemctl"; readonly words: readonly string[] };

/** What a plan consists of, and what a person should know besides. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
}

/** One line for a person. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case "directory":
      return `make directory ${change.path}`;
    case "file":
      return `write ${change.path}`;
    case "link":
      return `link ${change.path}`;
    case "remove":
      return `remove ${change.path}`;
    case "release":
      return `unmount ${change.path}`;
    case "remove-directories":
      return `remove ${[...(change.file === undefined ? [] : [change.file]), ...change.paths].join(" ")}`;
    case "reload":
      return `reload the engine (SIGHUP to process ${change.pid}; no container is restarted)`;
    case "systemctl":
      return `systemctl ${change.words.join(" ")}`;
  }
}
