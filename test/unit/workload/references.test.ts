import { describe, expect, test } from "vitest";
import { compareDelivery } from "../../../agent/inject/plan/change.ts";
import { planInjection } from "../../../agent/inject/plan/plan.ts";
import { recordOf } from "../../../agent/inject/record.ts";
import { deliveredTo } from "../../../agent/session/delivered.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { env, file, input } from "../inject/samples.ts";

const reference = (inside: string) => `\${secret:${inside}}`;

function givenBy(own: string, ...secrets: Parameters<typeof input>[0]): string | undefined {
  const plan = planInjection(input(secrets, { "keyhold.secrets": "NONE?" }, { env: [`V=${own}`] }));
  return plan.env.find(({ name }) => name === "V")?.value.text();
}

function refusal(own: string, ...secrets: Parameters<typeof input>[0]): string {
  try {
    givenBy(own, ...secrets);
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return thrown.describe();
    throw thrown;
  }
  throw new Error("the plan was made");
}

describe("a reference with a filter", () => {
  const password = env("DB", "p@ss/w:r#d% é");
  const json = env("CONFIG", '{"user":"app","port":5432,"tls":true,"list":[],"a.b":"dotted"}');

  test.each([
    [
      "|url percent-encodes everything that a URL could take for a sign",
      `x:${reference("DB|url")}@db`,
      "x:p%40ss%2Fw%3Ar%23d%25%20%C3%A9@db",
    ],
    ["|base64 encodes", reference("DB|base64"), Buffer.from("p@ss/w:r#d% é").toString("base64")],
    ["|json takes a text", reference("CONFIG|json:user"), "app"],
    ["|json takes a number", reference("CONFIG|json:port"), "5432"],
    ["|json takes a boolean", reference("CONFIG|json:tls"), "true"],
    ["|json takes a field with a dot in its name", reference("CONFIG|json:a.b"), "dotted"],
    ["filters apply from left to right", reference("CONFIG|json:user|base64"), "YXBw"],
  ])("%s", (_, own, expected) => expect(givenBy(own, password, json)).toBe(expected));

  test("|base64 brings a file of any bytes into a variable", () => {
    expect(givenBy(reference("KEY|base64"), file("KEY", Buffer.from([0, 255])))).toBe("AP8=");
  });

  test.each(["DB|upper", "DB|", "DB|json", "DB|json:", "DB|url ", "DB | url", "DB|url|html"])(
    `${"$"}{secret:%s} is refused, naming the three filters`,
    (inside) => {
      const said = refusal(reference(inside), password);
      expect(said).toContain("the variable V of container web has a reference");
      expect(said).toMatch(/\|url.*\|base64.*\|json:FIELD/);
    },
  );

  test.each([
    ["has no such field", '{"other":"hunter2"}', /has no field user/],
    ["has a list in the field", '{"user":["hunter2"]}', /no text, number or boolean in the field user/],
    ["is no JSON", "hunter2", /is not a JSON object/],
    ["is a list", '["hunter2"]', /is not a JSON object/],
  ])("of a value that %s is refused without a byte of the value", (_, value, reason) => {
    const said = refusal(reference("CONFIG|json:user"), env("CONFIG", value));
    expect(said).toMatch(reason);
    expect(said).toContain("secret CONFIG of acme/workspaces/ws-1 in the variable V of container web");
    expect(said).not.toContain("hunter2");
  });

  test("|json has a fingerprint of the field, which stays when another field changes", () => {
    const printOf = (value: string, salt: string | undefined) => {
      const facts = { env: [`V=${reference("CONFIG|json:user")}`], ...(salt === undefined ? {} : { salt }) };
      const plan = planInjection(input([env("CONFIG", value)], { "keyhold.secrets": "NONE?" }, facts));
      return plan.env.find(({ name }) => name === "V")?.fingerprint;
    };
    const [one, other, moved] = ['{"user":"a"}', '{"user":"a","x":1}', '{"user":"b"}'];
    expect(printOf(one, "s")).toBe(printOf(other, "s"));
    expect(printOf(one, "s")).not.toBe(printOf(moved, "s"));
    expect(printOf(one, "s")).not.toBe(printOf(one, "t"));
    expect(printOf(one, undefined)).not.toBe(printOf(other, undefined));
  });

  test("|json is up to date with a new version of which another field changed, without a restart", () => {
    const facts = { env: [`V=${reference("CONFIG|json:user")}`], salt: "s" };
    const planOf = (value: string, version: number) => {
      const given = input([env("CONFIG", value, version)], { "keyhold.secrets": "NONE?" }, facts);
      return { given, plan: planInjection(given) };
    };
    const before = planOf('{"user":"a"}', 1);
    const container = { name: "web", labels: { "keyhold.workspace": "acme/ws-1" } };
    const record = recordOf("id", container, before.given.facts, before.plan);
    const other = compareDelivery(record, planOf('{"user":"a","x":1}', 2).plan, [], "");
    expect(other).toMatchObject({ env: [], files: [] });
    expect(deliveredTo(other.record, { kind: "restart" })).toMatchObject([{ version: 2 }]);
    const moved = compareDelivery(record, planOf('{"user":"b"}', 3).plan, [], "");
    expect(moved.env).toEqual(["V"]);
    expect(deliveredTo(moved.record, { kind: "restart" })).toMatchObject([{ version: 1 }]);
  });
});
