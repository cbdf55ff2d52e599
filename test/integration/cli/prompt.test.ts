import { spawn, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyhold, shellCommand } from "./process.ts";
import { startWorld, type World } from "./world.ts";

const hasScript = spawnSync("script", ["--version"]).status === 0;

let server: World;
let environment: Record<string, string>;

beforeAll(async () => {
  server = await startWorld();
  environment = {
    KEYHOLD_SERVER: server.address,
    KEYHOLD_CA_FILE: server.caFile,
    KEYHOLD_TOKEN: server.owner,
  };
});
afterAll(() => server.close());

/** Types into the command once it asks, on a terminal made by `script`; everything the terminal shows comes back. */
function onTerminal(
  args: readonly string[],
  typed: string,
): Promise<{ code: number | null; screen: string }> {
  const child = spawn("script", ["--quiet", "--return", "--command", shellCommand(args), "/dev/null"], {
    env: { ...environment, PATH: process.env.PATH ?? "", SHELL: "/bin/sh" },
  });
  let screen = "";
  let asked = false;
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
    if (asked || !screen.includes("(not shown): ")) return;
    asked = true;
    child.stdin.write(typed);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, screen }));
  });
}

describe.skipIf(!hasScript)("the prompt on a terminal (needs script of util-linux)", () => {
  it("asks for the value and does not show it", async () => {
    const { code, screen } = await onTerminal(["secret", "set", "acme", "TYPED"], "s3cr3t-typed\r");
    expect(code).toBe(0);
    expect(screen).toContain("Value of acme/secrets/TYPED (not shown): ");
    expect(screen).not.toContain("s3cr3t-typed");
    expect((await keyhold(["secret", "access", "acme", "TYPED"], { environment })).stdout).toBe(
      "s3cr3t-typed",
    );
  });

  it("stores nothing at Ctrl-C", async () => {
    const { code, screen } = await onTerminal(["secret", "set", "acme", "STOPPED"], "half\x03");
    expect(code).toBe(1);
    expect(screen).toContain("nothing was changed");
    expect((await keyhold(["secret", "get", "acme", "STOPPED"], { environment })).code).toBe(4);
  });
});
