import { describe, expect, test } from "vitest";
import { loadDefinition } from "../../../common/grpc/protos.ts";
import { authorityFields, type MessageType, setPaths } from "./authority-fields.ts";
import { COLUMNS, TABLE } from "./table.ts";

/*
 * The table of roles is written by hand. What it has to cover is derived from the protos, so that a new method, or a new request field
 * that says for whom or where something is done, fails here until somebody has written down who may use it.
 */

/** The part of a method's definition that is used here. */
interface Method {
  readonly path: string;
  readonly requestType: MessageType;
}

const definition = loadDefinition();

function methods(): ReadonlyMap<string, MessageType> {
  const found = new Map<string, MessageType>();
  for (const [name, service] of Object.entries(definition)) {
    if (!/^keyhold\.v1\.\w+Service$/.test(name)) continue;
    for (const { path, requestType } of Object.values(service as unknown as Record<string, Method>)) {
      found.set(path.replace("/keyhold.v1.", ""), requestType);
    }
  }
  return found;
}

/** proto-loader gives names relative to the package. */
const typeNamed = (name: string) =>
  (definition[`keyhold.v1.${name}`] ?? definition[name]) as unknown as MessageType | undefined;

describe("the table of roles is complete", () => {
  test("every method has a row", () => {
    const without = [...methods().keys()].filter((path) => (TABLE[path] ?? []).length === 0);
    expect(without).toEqual([]);
  });

  test("every row says for every kind of caller whether it gets through", () => {
    const wrong = Object.entries(TABLE).flatMap(([path, rows]) =>
      rows
        .filter(({ who }) => !/^[ydn]{7,8}$/.test(who) || who.length > COLUMNS.length)
        .map(({ on }) => `${path} on ${on}`),
    );
    expect(wrong).toEqual([]);
  });

  test("every request field that carries authority has a row that sets it", () => {
    const missing = [...methods()].flatMap(([path, type]) => {
      const covered = new Set((TABLE[path] ?? []).flatMap(({ request }) => [...setPaths(request)]));
      return authorityFields(type, typeNamed)
        .filter((field) => !covered.has(field))
        .map((field) => `${path} ${field}`);
    });
    expect(missing).toEqual([]);
  });
});

describe("a made-up method", () => {
  const message = (fields: readonly object[]): MessageType =>
    ({ type: { field: fields } }) as unknown as MessageType;
  const types = new Map([
    [
      "Thing",
      message([
        { name: "owner", type: "TYPE_STRING", typeName: "" },
        { name: "title", type: "TYPE_STRING", typeName: "" },
      ]),
    ],
  ]);
  const nested = { name: "thing", type: "TYPE_MESSAGE", typeName: "Thing" };

  test("with a field of authority inside of a nested message is found", () => {
    const fields = authorityFields(
      message([nested, { name: "project", type: "TYPE_STRING", typeName: "" }]),
      (name) => types.get(name),
    );
    expect(fields).toEqual(["thing.owner", "project"]);
  });

  test("is covered only by a row that sets the field to something", () => {
    expect([...setPaths({ thing: { owner: "" } })]).not.toContain("thing.owner");
    expect([...setPaths({ thing: { owner: "organizations/acme/users/alice" } })]).toContain("thing.owner");
    expect([...setPaths({ only: [] })]).not.toContain("only");
  });
});
