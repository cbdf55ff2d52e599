import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Environment, keyhold, type Outcome } from "../cli/process.ts";
import { startWorld, type World, writeFileIn } from "../cli/world.ts";
import { rawSql } from "./world.ts";

let server: World;
let environment: Environment;

beforeAll(async () => {
  server = await startWorld();
  environment = {
    KEYHOLD_SERVER: server.address,
    KEYHOLD_CA_FILE: server.caFile,
    KEYHOLD_TOKEN: server.owner,
  };
  await run("secret set acme/projects/web DB_PASSWORD --comment first", "hunter2-canary");
  await run("secret access acme/projects/web DB_PASSWORD");
});
afterAll(() => server.close());

const run = (line: string, stdin = "", token = server.owner): Promise<Outcome> =>
  keyhold(line.split(" "), { environment: { ...environment, KEYHOLD_TOKEN: token }, stdin });
const exportOf = async (): Promise<string> => (await run("audit export acme")).stdout;

describe("keyhold audit list", () => {
  it("shows newest first who did what, never a value", async () => {
    const { stdout, code } = await run("audit list acme --resource acme/projects/web/secrets/DB_PASSWORD");
    const lines = stdout.split("\n");
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^# +TIME +PRINCIPAL +ACTION +RESOURCE +VERSION +RESULT +FROM +COMMENT$/);
    expect(lines[1]).toMatch(
      /users\/owner +SecretService\/AccessSecret +acme\/projects\/web\/secrets\/DB_PASSWORD +1 +OK/,
    );
    expect(lines[2]).toMatch(/SecretService\/UpdateSecret .* 1 +OK +127\.0\.0\.1 +first$/);
    expect(stdout).not.toContain("hunter2-canary");
  });

  it("filters by principal, limits, and speaks JSON", async () => {
    expect((await run("audit export acme", "", server.alice)).code).toBe(3);
    const rows = JSON.parse((await run("audit list acme --principal acme/alice --json")).stdout);
    expect(rows.map((row: { principal: string }) => row.principal)).toEqual(
      rows.map(() => "organizations/acme/users/alice"),
    );
    expect(rows.map((row: { action: string; result: string }) => `${row.result} ${row.action}`)).toEqual([
      "PERMISSION_DENIED keyhold.v1.AuditService/ExportAuditEvents",
      "OK sign-in/invitation",
      "OK sign-in/invitation",
    ]);
    expect(JSON.parse((await run("audit list acme --limit 2 --json")).stdout)).toHaveLength(2);
  });

  it("shows the server's own log to its owner", async () => {
    expect((await run("audit list")).stdout).toContain("server/token.created");
    expect((await run("audit list", "", server.alice)).code).toBe(3);
  });
});

describe("keyhold audit export and verify", () => {
  it("write JSON lines, oldest first, that verify without the server", async () => {
    const text = await exportOf();
    const rows = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.map((row) => row.sequence)).toEqual(rows.map((_, index) => index + 1));
    expect(rows[0]).toMatchObject({ action: "keyhold.v1.OrganizationService/CreateOrganization" });
    expect(text).not.toContain("hunter2-canary");
    const file = await writeFileIn(server.directory, "audit.jsonl", text);
    const offline = await keyhold(["audit", "verify", "--from-file", file]);
    expect(offline).toMatchObject({ code: 0, stderr: `${file} is intact: ${rows.length} rows\n` });
    expect((await run(`audit verify acme --from-file ${file}`)).code).toBe(0);
  });

  it("find a line of an export that was changed or taken out", async () => {
    const lines = (await exportOf()).trimEnd().split("\n");
    const changed = lines.with(2, lines[2]?.replace('"OK"', '"NOT_FOUND"') ?? "");
    for (const [kept, row] of [
      [changed, 3],
      [lines.toSpliced(3, 1), 4],
    ] as const) {
      const file = await writeFileIn(server.directory, "changed.jsonl", kept.join("\n"));
      const { code, stderr } = await keyhold(["audit", "verify", "--from-file", file]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`broken at row ${row}:`) });
    }
    const file = await writeFileIn(server.directory, "other.jsonl", "{}\n");
    expect((await keyhold(["audit", "verify", "--from-file", file])).stderr).toContain("at line 1");
  });

  it("find with a kept export that the server's log is not the one it was", async () => {
    const lines = (await exportOf()).trimEnd().split("\n");
    const more = await writeFileIn(server.directory, "more.jsonl", lines.join("\n"));
    rawSql({ directory: join(server.directory, "data") }, (database) => {
      database.exec(
        `CREATE TABLE kept AS SELECT * FROM audit_events WHERE organization = 'acme' AND sequence = 2`,
      );
      database.exec("UPDATE audit_events SET comment = 'x' WHERE organization = 'acme' AND sequence = 2");
    });
    const broken = await run("audit verify acme");
    expect(broken).toMatchObject({ code: 1, stdout: "" });
    expect(broken.stderr).toContain("the log of acme is broken at row 2: row 2 was changed");
    rawSql({ directory: join(server.directory, "data") }, (database) => {
      database.exec("DELETE FROM audit_events WHERE organization = 'acme' AND sequence = 2");
      database.exec("INSERT INTO audit_events SELECT * FROM kept");
      database.exec("DROP TABLE kept");
    });
    expect(await run(`audit verify acme --from-file ${more} --json`)).toMatchObject({ code: 0, stderr: "" });
    const foreign = (await run("audit export")).stdout;
    const other = await writeFileIn(server.directory, "server.jsonl", foreign);
    expect((await run(`audit verify acme --from-file ${other}`)).stderr).toContain(
      "is another one on the server",
    );
  });
});
