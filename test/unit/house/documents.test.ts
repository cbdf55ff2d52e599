import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/* A document that refers to a page, a file or a heading that is not there sends its reader nowhere. */

const ROOT = join(import.meta.dirname, "../../..");

function documents(): readonly string[] {
  const inDocs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path));
  const atTheTop = readdirSync(ROOT).filter((path) => path.endsWith(".md"));
  return [...atTheTop, ...inDocs, "test/README.md"];
}

const withoutCode = (text: string) => text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");

/** The fragment that a forge gives a heading. */
function anchors(path: string): readonly string[] {
  const headings = readFileSync(join(ROOT, path), "utf8").matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

interface Link {
  readonly from: string;
  readonly path: string;
  readonly fragment: string | undefined;
}

function links(): readonly Link[] {
  return documents().flatMap((from) => {
    const text = withoutCode(readFileSync(join(ROOT, from), "utf8"));
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    return targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => {
        const [file = "", fragment] = target.split("#");
        return { from, path: file === "" ? from : normalize(join(dirname(from), file)), fragment };
      });
  });
}

describe("the documents", () => {
  test("link to nothing that is not there", () => {
    const broken = links().filter(({ path }) => !existsSync(join(ROOT, path)));
    expect(broken.map(({ from, path }) => `${from} → ${path}`)).toEqual([]);
  });

  test("link to no heading that is not there", () => {
    const broken = links().filter(
      ({ path, fragment }) =>
        fragment !== undefined &&
        path.endsWith(".md") &&
        existsSync(join(ROOT, path)) &&
        !anchors(path).includes(fragment),
    );
    expect(broken.map(({ from, path, fragment }) => `${from} → ${path}#${fragment}`)).toEqual([]);
  });

  test("are all in the index", () => {
    const index = readFileSync(join(ROOT, "docs/README.md"), "utf8");
    const pages = readdirSync(join(ROOT, "docs")).filter(
      (name) => name.endsWith(".md") && name !== "README.md",
    );
    expect(pages.filter((name) => !index.includes(`(${name})`))).toEqual([]);
  });
});
