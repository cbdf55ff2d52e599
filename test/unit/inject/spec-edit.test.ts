import { describe, expect, test } from "vitest";
import { editExec, editSpec, factsOf, isEdited, uneditedSpec } from "../../../agent/inject/plan/spec-edit.ts";
import type { OciSpec } from "../../../agent/runtime/oci-spec.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { facts } from "./samples.ts";

const SPEC: OciSpec = {
  ociVersion: "1.0.2",
  process: { env: ["PATH=/bin", "A=image", "A=twice"], user: { uid: 1, gid: 2 }, cwd: "/", args: ["sh"] },
  mounts: [{ destination: "/proc" }],
  annotations: { theirs: "1" },
};
const variable = (name: string, value: string) => ({
  name,
  value: SecretValue.of(value),
  fingerprint: value,
});
const PLAN = { revision: 7, env: [variable("A", "secret"), variable("B", "a=b\nc")] };
const MOUNT = { destination: "/run/secrets", type: "bind", source: "/x", options: ["ro"] };

describe("a specification", () => {
  test("gets variables in place of those of the same name, and mounts behind the engine's", () => {
    const edited = editSpec(SPEC, PLAN, [MOUNT]);
    expect(edited.process.env).toEqual(["PATH=/bin", "A=secret", "B=a=b\nc"]);
    expect(edited.mounts).toEqual([{ destination: "/proc" }, MOUNT]);
    expect(edited).toMatchObject({ ociVersion: "1.0.2", process: { args: ["sh"], cwd: "/" } });
    expect(JSON.stringify(edited.annotations)).not.toContain("secret");
  });

  test("can be edited again after its edit was taken back", () => {
    const edited = editSpec(SPEC, PLAN, [MOUNT]);
    expect([isEdited(SPEC), isEdited(edited)]).toEqual([false, true]);
    expect(uneditedSpec(edited, factsOf(SPEC))).toEqual(SPEC);
  });
});

describe("the process of an exec", () => {
  const own = facts({ env: ["PATH=/bin", "A=image"] });
  const exec = (env: readonly string[]) =>
    editExec({ env, user: { uid: 0, gid: 0 }, cwd: "/w", args: ["id"] }, PLAN.env, own);

  test("has the values of now, and keeps what is its own", () => {
    expect(exec(["PATH=/bin", "A=image", "HOME=/root"])).toEqual({
      env: ["PATH=/bin", "HOME=/root", "A=secret", "B=a=b\nc"],
      user: { uid: 0, gid: 0 },
      cwd: "/w",
      args: ["id"],
    });
  });

  test.each([
    ["a variable the container has, too", ["A=asked"], ["A=asked", "B=a=b\nc"]],
    ["a variable that only the secret has", ["A=image", "B=asked"], ["B=asked", "A=secret"]],
    ["an empty value", ["A="], ["A=", "B=a=b\nc"]],
  ])("is not overruled where docker exec -e named %s", (_, env, expected) => {
    expect(exec(env).env).toEqual(expected);
  });
});
