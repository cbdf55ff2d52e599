import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { command } from "../../../common/command.ts";
import type { Engine } from "../../../tools/engine/engine.ts";
import { importImage } from "../../../tools/engine/images.ts";
import { PROJECT } from "../../../tools/stage/project.ts";

/** An image of one static program and nothing else, which writes its environment as its very first act: see first-act.c. */
export const FIRST_ACT_IMAGE = "keyhold/first-act";

const FLAGS = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-static", "-s"];
/** No C library, and nothing that a compiler would call of one. */
const ALONE = [
  ...["-nostdlib", "-ffreestanding", "-fno-stack-protector", "-fno-tree-loop-distribute-patterns"],
  ...["-fno-pie", "-no-pie"],
];

export async function importFirstActImage(engine: Pick<Engine, "socket">): Promise<void> {
  const directory = await mkdtemp(join(PROJECT.cache, "first-act-"));
  try {
    const program = join(directory, "first-act");
    await command("cc", [...FLAGS, ...ALONE, "-o", program, join(import.meta.dirname, "first-act.c")]);
    const entries = [{ kind: "copy", path: "first-act", mode: 0o755, from: program }] as const;
    await importImage(engine, FIRST_ACT_IMAGE, entries, ['ENTRYPOINT ["/first-act"]']);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What the program wrote at one start. */
export interface FirstAct {
  readonly env: ReadonlyMap<string, string>;
  /** The contents of the files it was told to show, one after the other. */
  readonly files: string;
}

/** The starts that a container's log tells of, from the first to the last that is complete. */
export function firstActsIn(log: string): readonly FirstAct[] {
  const acts = `${log}\n`.split(/^end\n/m).slice(0, -1);
  return acts.map((text) => {
    const [environment = "", files = ""] = text.split(/\n\n(.*)/s);
    const pairs = environment.split("\n").map((line) => line.split(/=(.*)/s) as [string, string]);
    return { env: new Map(pairs), files };
  });
}
