import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, test } from "vitest";

/* The README tells two flows as lists of files. Each file must really lead to the next, or a reader gets lost. */

const ROOT = join(import.meta.dirname, "../../..");

interface Step {
  readonly file: string;
  /** The composition root that hands one to the other, where neither imports the other. */
  readonly joinedBy: string | undefined;
}

function listAfter(heading: string): readonly Step[] {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const from = readme.indexOf(heading);
  const items = readme.slice(from).split("\n\n")[1] ?? "";
  return items.split("\n").flatMap((item) => {
    const joinedBy = /\(joined by \[[^\]]+\]\(([^)]+)\)\)/.exec(item)?.[1];
    const text = item.replace(/\(joined by [^)]*\)\)/, "");
    const files = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, file = ""]) => file);
    return files.map((file) => ({ file, joinedBy }));
  });
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, path = ""]) =>
    posix.normalize(posix.join(dirname(file), path)),
  );
}

/** One imports the other, or both are imported by the file that joins them. */
function leadsTo(before: Step, { file, joinedBy }: Step): boolean {
  if (importsOf(before.file).includes(file) || importsOf(file).includes(before.file)) return true;
  return joinedBy !== undefined && [file, joinedBy].some((each) => reaches(joinedBy, each));
}

function reaches(root: string, file: string): boolean {
  return root === file || importsOf(root).includes(file);
}

/** Pairs between processes: the helper asks over a socket, the command line calls an RPC, the server streams to the agent. */
const OVER_THE_WIRE = new Set([
  "agent/runtime/keyhold-runtime.c → agent/runtime/runtime-server.ts",
  "cli/commands/secret/secret-set.ts → controlplane/api/secrets/secrets.ts",
  "controlplane/stream/node-session.ts → agent/session/session.ts",
]);

describe.each(["**A start**", "**A change**"])("the README's list of %s", (heading) => {
  const steps = listAfter(heading);

  test("names at least six files", () => expect(steps.length).toBeGreaterThan(5));

  test("leads from each file to the next", () => {
    const broken = steps.slice(1).flatMap((step, index) => {
      const before = steps[index] as Step;
      const pair = `${before.file} → ${step.file}`;
      const earlier = steps.slice(0, index + 1).some((each) => leadsTo(each, step));
      return earlier || OVER_THE_WIRE.has(pair) ? [] : [pair];
    });
    expect(broken).toEqual([]);
  });
});
