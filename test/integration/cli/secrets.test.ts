import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Environment, keyhold, type Outcome } from "./process.ts";
import { startWorld, type World, writeFileIn } from "./world.ts";

let server: World;
let environment: Environment;

beforeAll(async () => {
  server = await startWorld();
  environment = {
    KEYHOLD_SERVER: server.address,
    KEYHOLD_CA_FILE: server.caFile,
    KEYHOLD_TOKEN: server.owner,
  };
});
afterAll(() => server.close());

const run = (line: string, stdin?: string | Buffer): Promise<Outcome> =>
  keyhold(line.split(" "), { environment, ...(stdin === undefined ? {} : { stdin }) });

describe("the life of a secret on the command line", () => {
  const secret = "acme/projects/web DB_PASSWORD";

  it("is set, listed, looked at, changed, rolled back, deleted and restored", async () => {
    const set = await run(`secret set ${secret} --comment first`, "one");
    expect(set).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "acme/projects/web/secrets/DB_PASSWORD is at version 1\n",
    });
    expect(
      JSON.parse((await run(`secret set ${secret} --comment second --json`, "two")).stdout),
    ).toMatchObject({
      name: "organizations/acme/projects/web/secrets/DB_PASSWORD",
      kind: "env",
      version: 2,
      warnings: [],
    });
    const list = await run("secret list acme/projects/web");
    expect(list.stdout.split("\n")[0]).toMatch(
      /^NAME +KIND +LANDS AS +VERSION +SIZE +UPDATED +UPDATED BY +CREATED BY +COMMENT$/,
    );
    expect(list.stdout).toMatch(
      /^DB_PASSWORD +env +\$DB_PASSWORD +2 +3 B +2026-\d\d-\d\d \d\d:\d\d UTC +users\/owner +users\/owner +second$/m,
    );
    expect((await run(`secret get ${secret}`)).stdout).toContain("acme/projects/web/secrets/DB_PASSWORD");
    expect((await run(`secret rollback ${secret} --to 1`)).stderr).toContain(
      "at version 3, with the value of version 1",
    );
    expect((await run(`secret access ${secret}`)).stdout).toBe("one");
    const versions = JSON.parse((await run(`secret history ${secret} --json`)).stdout) as {
      version: number;
    }[];
    expect(versions.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect((await run(`secret delete ${secret}`)).stderr).toContain(
      "keyhold secret undelete acme/projects/web/secrets/DB_PASSWORD",
    );
    expect((await run(`secret get ${secret}`)).code).toBe(4);
    expect((await run("secret undelete acme/projects/web/secrets/DB_PASSWORD")).code).toBe(0);
    expect((await run(`secret delete ${secret} --purge --json`)).stdout).toContain('"purged":true');
    expect((await run(`secret undelete ${secret}`)).code).toBe(4);
  });

  it("says that an equal value changes nothing", async () => {
    await run("secret set acme SAME", "one");
    expect((await run("secret set acme SAME", "one")).stderr).toBe(
      "acme/secrets/SAME is unchanged, at version 1\n",
    );
    expect((await run("secret set acme SAME", "two")).stderr).toBe("acme/secrets/SAME is at version 2\n");
  });

  it("gives back exactly the bytes that were piped in", async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 0xc3, 0x28, 10]);
    await run("secret set acme blob --kind opaque", bytes);
    const { stdoutBytes } = await run("secret access acme blob");
    expect(stdoutBytes.equals(bytes)).toBe(true);
    expect(JSON.parse((await run("secret access acme blob --json")).stdout)).toMatchObject({
      encoding: "base64",
      value: bytes.toString("base64"),
    });
  });

  it("keeps the newline of echo, and says so for a variable", async () => {
    const set = await run("secret set acme GREETING", "hello\n");
    expect(set.stderr).toContain("warning: the value ends in a newline");
    expect((await run("secret access acme GREETING")).stdout).toBe("hello\n");
    expect((await run("secret set acme text.txt --kind file", "hello\n")).stderr).not.toContain("warning");
  });

  it("reads a file, and refuses one that is not there or is too large", async () => {
    const file = await writeFileIn(server.directory, "value", "from a file");
    const large = await writeFileIn(server.directory, "large", Buffer.alloc(1024 * 1024 + 1));
    expect((await run(`secret set acme F --from-file ${file} --mode 0440`)).code).toBe(0);
    expect((await run("secret access acme F")).stdout).toBe("from a file");
    const missing = await run(`secret set acme F --from-file ${server.directory}/none`);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("there is no such file") });
    expect((await run(`secret set acme F --from-file ${large}`)).stderr).toContain("1048576 bytes");
  });

  it("refuses an empty pipe, so that a failed command on its left stores nothing", async () => {
    const empty = await run("secret set acme EMPTY", "");
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining("standard input is empty") });
    expect((await run("secret get acme EMPTY")).code).toBe(4);
    expect((await run("secret set acme EMPTY --from-file /dev/null")).code).toBe(0);
  });

  it("keeps the kind of a secret that is only given a new value", async () => {
    await run("secret set acme tls.key --kind file --path /etc/tls/key --mode 0440", "one");
    await run("secret set acme tls.key", "two");
    expect(JSON.parse((await run("secret get acme tls.key --json")).stdout)).toMatchObject({
      kind: "file",
      path: "/etc/tls/key",
      mode: 0o440,
      version: 2,
    });
  });

  it("limits an organization's secret to projects and workspaces", async () => {
    await run("secret set acme ONLY --only project:web,workspace:ws-1", "x");
    expect((await run("secret get acme ONLY")).stdout).toMatch(
      /Only for: +acme\/projects\/web, acme\/workspaces\/ws-1/,
    );
  });

  it("prints a new token alone on stdout", async () => {
    const alice = { environment: { ...environment, KEYHOLD_TOKEN: server.alice } };
    const mine = (words: string) => keyhold(`token create acme/alice ${words}`.split(" "), alice);
    const created = await mine("--expires 30d --name laptop");
    expect(created.stdout).toMatch(/^kh_[\w-]+\n$/);
    expect(created.stderr).toContain("not shown again");
    const json = JSON.parse((await mine("--expires 1d --json")).stdout) as {
      token: { expireTime: string };
    };
    expect(Date.parse(json.token.expireTime) - Date.now()).toBeGreaterThan(86_000_000);
  });

  it("says on stderr, not in the data, that there is nothing", async () => {
    const alice = { environment: { ...environment, KEYHOLD_TOKEN: server.alice } };
    const list = ["secret", "list", "acme/users/alice"];
    expect(await keyhold(list, alice)).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "no secrets at acme/users/alice\n",
    });
    expect((await keyhold([...list, "--json"], alice)).stdout).toBe("[]\n");
  });
});
