import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { World } from "../api/world.ts";

const WEB = "organizations/acme/projects/web";

interface Entry {
  readonly name: string;
  readonly line: number;
  readonly outcome: string;
  readonly warnings: readonly string[];
}

let world: World;
let tokens: Record<"carol" | "alice", string>;

beforeAll(async () => {
  world = await World.start();
  tokens = await world.populate({ carol: "project-maintainer", alice: "project-member" });
});
afterAll(() => world[Symbol.asyncDispose]());

async function importText(
  text: string | Buffer,
  options: { overwrite?: boolean; validateOnly?: boolean; parent?: string } = {},
  token = tokens.carol,
): Promise<readonly Entry[]> {
  const request = { parent: WEB, content: Buffer.from(text), ...options };
  const answer = await world.call<{ entries: Entry[] }>(token, "SecretService/ImportSecrets", request);
  return answer.entries;
}

async function refusal(call: Promise<unknown>): Promise<KeyholdError> {
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return thrown;
    throw thrown;
  }
  throw new Error("it was not refused");
}

const outcomes = (entries: readonly Entry[]) => entries.map(({ name, outcome }) => `${name} ${outcome}`);
const valueAt = async (id: string, parent = WEB) => {
  const name = `${parent}/secrets/${id}`;
  const answer = await world.call<{ value: Buffer }>(world.owner, "SecretService/AccessSecret", { name });
  return answer.value.toString();
};
const names = async () => {
  const answer = await world.call<{ secrets: { name: string }[] }>(
    tokens.carol,
    "SecretService/ListSecrets",
    {
      parent: WEB,
    },
  );
  return answer.secrets.map(({ name }) => name.slice(name.lastIndexOf("/") + 1));
};
const revision = async () => {
  const target = { target: WEB };
  const answer = await world.call<{ revision: number }>(
    tokens.carol,
    "SecretService/ExplainWorkload",
    target,
  );
  return answer.revision;
};

describe("importing a .env file", () => {
  it("creates, flags what exists, and replaces it only if asked; all in one revision", async () => {
    const before = await revision();
    expect(outcomes(await importText("FIRST_KEY=1\nexport SECOND_KEY='two\nlines'\n"))).toEqual([
      "FIRST_KEY CREATED",
      "SECOND_KEY CREATED",
    ]);
    expect(await revision()).toBe(before + 1);
    expect(await valueAt("SECOND_KEY")).toBe("two\nlines");

    const again = "FIRST_KEY=1\nSECOND_KEY=changed\nTHIRD_KEY=3\n";
    const skipped = await importText(again);
    expect(outcomes(skipped)).toEqual(["FIRST_KEY UNCHANGED", "SECOND_KEY SKIPPED", "THIRD_KEY CREATED"]);
    expect(skipped[1]).toMatchObject({ line: 2, warnings: [expect.stringContaining("overwrite")] });
    expect(await valueAt("SECOND_KEY")).toBe("two\nlines");

    expect(outcomes(await importText(again, { overwrite: true }))).toEqual([
      "FIRST_KEY UNCHANGED",
      "SECOND_KEY REPLACED",
      "THIRD_KEY UNCHANGED",
    ]);
    expect(await valueAt("SECOND_KEY")).toBe("changed");
  });

  it("says in a dry run what the import then does, and writes nothing", async () => {
    const before = [await revision(), await names()];
    const text = "FIRST_KEY=other\nDRY_KEY=1\nDRY_KEY=2\n";
    const review = await importText(text, { validateOnly: true, overwrite: true });
    expect([await revision(), await names()]).toEqual(before);
    expect(outcomes(review)).toEqual(["FIRST_KEY REPLACED", "DRY_KEY SKIPPED", "DRY_KEY CREATED"]);
    expect(await importText(text, { overwrite: true })).toEqual(review);
    expect(await valueAt("DRY_KEY")).toBe("2");
  });

  it("writes nothing of a file with a mistake, and lists the mistakes by line", async () => {
    const before = [await revision(), await names()];
    const refused = await refusal(importText("GOOD_KEY=1\nPATH=/bin\nno equals\n"));
    expect(refused.code).toBe("invalid");
    expect(refused.message.split("\n").slice(1)).toEqual([
      expect.stringMatching(/^line 2: .*PATH is reserved/),
      expect.stringMatching(/^line 3: no "="/),
    ]);
    expect([await revision(), await names()]).toEqual(before);
  });

  it("lists names that deleted secrets hold, in the dry run already", async () => {
    await importText("GONE_KEY=1");
    await world.call(tokens.carol, "SecretService/DeleteSecret", { name: `${WEB}/secrets/GONE_KEY` });
    for (const validateOnly of [true, false]) {
      const refused = await refusal(importText("NEW_KEY=1\nGONE_KEY=2\n", { validateOnly }));
      expect(refused.message).toMatch(/\nline 2: secret .*GONE_KEY was deleted and can be restored until/);
    }
    expect(await names()).not.toContain("NEW_KEY");
  });

  it("needs the right to write, and a scope that is there", async () => {
    expect((await refusal(importText("A_KEY=1", { validateOnly: true }, tokens.alice))).code).toBe("denied");
    const parent = "organizations/acme/projects/none";
    expect((await refusal(importText("A_KEY=1", { parent }, world.owner))).code).toBe("not-found");
  });

  it("refuses what would make a workload's variables too large, naming the workload", async () => {
    const lines = Array.from({ length: 9 }, (_, index) => `BIG_${index}=${"x".repeat(116_000)}`);
    const parent = "organizations/acme/projects/large";
    await world.call(world.owner, "ProjectService/CreateProject", {
      parent: "organizations/acme",
      projectId: "large",
    });
    await importText(lines.join("\n"), { parent }, world.owner);
    const refused = await refusal(importText("LAST_KEY=".concat("x".repeat(9_000)), { parent }, world.owner));
    expect(refused.message).toMatch(
      /^the variables of project acme\/projects\/large would have 10\d{5} bytes with their names, the limit is 1048576$/,
    );
  });
});
