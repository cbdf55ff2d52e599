import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Environment, keyhold, type Outcome } from "../cli/process.ts";
import { startWorld, type World, writeFileIn } from "../cli/world.ts";

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

const run = (line: string, stdin?: string): Promise<Outcome> =>
  keyhold(line.split(" "), { environment, ...(stdin === undefined ? {} : { stdin }) });

describe("keyhold secret import", () => {
  it("reviews, imports, skips what exists, and never shows a value", async () => {
    const text = "DB_HOST=db.internal\nDB_PASSWORD='canary-value'\nDB_HOST=db2.internal\n";
    const file = await writeFileIn(server.directory, "app.env", text);
    const dry = await run(`secret import acme/projects/web ${file} --dry-run`);
    expect(dry.code).toBe(0);
    expect(dry.stdout.split("\n")[0]).toMatch(/^NAME +OUTCOME +LINE +NOTE$/);
    expect(dry.stdout).toMatch(/^DB_HOST +skipped +1 +Line 3 gives DB_HOST again/m);
    expect(dry.stdout).toMatch(/^DB_PASSWORD +created +2$/m);
    expect(dry.stderr).toBe(
      "dry run, nothing was written; the import would say: 1 skipped, 2 created at acme/projects/web\n",
    );
    expect((await run("secret list acme/projects/web")).stdout).toBe("");

    expect((await run("secret import acme/projects/web -", text)).stderr).toBe(
      "1 skipped, 2 created at acme/projects/web\n",
    );
    const again = await run("secret import acme/projects/web - --json", "DB_PASSWORD=other\n");
    expect(JSON.parse(again.stdout)).toMatchObject([{ name: "DB_PASSWORD", outcome: "skipped", line: 1 }]);
    expect((await run("secret access acme/projects/web DB_PASSWORD")).stdout).toBe("canary-value");
    const over = await run("secret import acme/projects/web - --overwrite", "DB_PASSWORD=other\n");
    expect(over.stdout).toMatch(/^DB_PASSWORD +replaced +1$/m);
    expect(dry.stdout + dry.stderr + again.stdout + over.stdout).not.toMatch(/canary-value|other$/m);
  });

  it("lists what is wrong line by line, and writes nothing", async () => {
    const refused = await run("secret import acme/projects/web -", "GOOD_ONE=1\nPATH=/bin\nnothing here\n");
    expect(refused.code).toBe(2);
    const lines = refused.stderr.trimEnd().split("\n");
    expect(lines).toEqual([
      "keyhold: nothing was imported, because of these lines:",
      expect.stringMatching(/^ {2}- line 2: .*PATH/),
      expect.stringMatching(/^ {2}- line 3: /),
      "  correct the file and import it again, or leave these lines out with --skip-invalid",
    ]);
    expect((await run("secret get acme/projects/web GOOD_ONE")).code).toBe(4);
  });
});

describe("keyhold secret set --dry-run", () => {
  it("lists what would change, and writes nothing", async () => {
    const dry = await run("secret set acme/projects/web NEW_KEY --dry-run", "value");
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(/^WORKLOAD +NODE +CONTAINER +ACTION +WHY$/m);
    expect(dry.stdout).toMatch(
      /^acme\/workspaces\/ws-1 +- +- +next start +It has no containers\. NEW_KEY changes/m,
    );
    expect(dry.stderr).toBe("a dry run, nothing was written: 2 next start\n");
    expect((await run("secret get acme/projects/web NEW_KEY")).code).toBe(4);
    const json = await run("secret set acme/projects/web NEW_KEY --dry-run --json", "value");
    expect(JSON.parse(json.stdout)).toMatchObject([
      { target: "organizations/acme/projects/web", action: "next start" },
      { target: "organizations/acme/workspaces/ws-1", action: "next start" },
    ]);
  });
});
