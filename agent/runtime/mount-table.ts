/** A line of /proc/self/mountinfo. */
export interface MountEntry {
  readonly path: string;
  readonly type: string;
  readonly source: string;
  /** `rw`, `nosuid`, … of this mount. */
  readonly options: readonly string[];
}

/** Reads the whole table, in the order of mounting. */
export function parseMounts(mountinfo: string): readonly MountEntry[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [before = "", after] = line.split(" - ");
    const [, , , , path, options = ""] = before.split(" ");
    const [type, source] = after?.split(" ") ?? [];
    if (path === undefined || type === undefined || source === undefined) return [];
    return [{ path: unescapeField(path), type, source: unescapeField(source), options: options.split(",") }];
  });
}

/** What one finds at exactly this path: the mount on top. */
export function mountAt(mounts: readonly MountEntry[], path: string): MountEntry | undefined {
  return mounts.findLast((each) => each.path === path);
}

/** Space, tab, newline and backslash are written in octal. */
function unescapeField(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
