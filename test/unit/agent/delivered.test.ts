import { describe, expect, test } from "vitest";
import type { ContainerRecord, DeliveredSecret } from "../../../agent/inject/plan/types.ts";
import { deliveredTo } from "../../../agent/session/delivered.ts";
import type { ChangePolicy } from "../../../agent/watch/request.ts";

type Kind = DeliveredSecret["kind"];

/** `project/X@2=f2`: version 2 of the project's X, whose value has the fingerprint f2. */
function secrets(text: string, kind: Kind): DeliveredSecret[] {
  return text.split(" ").flatMap((each) => {
    const [, secret = "", id = "", version, fingerprint = ""] = /^(\w+\/(\w+))@(\d+)=(\w+)$/.exec(each) ?? [];
    return secret === "" ? [] : [{ id, secret, version: Number(version), kind, fingerprint }];
  });
}

function delivered(kind: Kind, policy: ChangePolicy["kind"] | undefined, given: string, current: string) {
  const of = (text: string): ContainerRecord["given"] => ({
    ...{ revision: 1, digest: "", env: {}, files: {}, registry: {} },
    secrets: secrets(text, kind),
  });
  const labels =
    policy === "signal" ? ({ kind: policy, signal: "SIGHUP" } as const) : policy && { kind: policy };
  const reported = deliveredTo({ given: of(given), current: of(current) }, labels);
  return reported.map(({ secret, version, fingerprint }) => `${secret}@${version}=${fingerprint}`).join(" ");
}

describe("what a container is reported to have", () => {
  test.each([
    ["restart", "env"],
    ["restart", "file"],
    ["signal", "file"],
    ["files", "env"],
    ["ignore", "file"],
    [undefined, "file"],
  ] as const)("with the policy %s is of a changed %s what its process was started with", (policy, kind) => {
    expect(delivered(kind, policy, "org/X@1=a", "org/X@2=b")).toBe("org/X@1=a");
    expect(delivered(kind, policy, "org/X@1=a", "")).toBe("org/X@1=a");
    expect(delivered(kind, policy, "", "org/X@2=b")).toBe("");
  });

  test.each([
    ["files", "file"],
    ["files", "registry"],
    ["restart", "registry"],
    [undefined, "registry"],
  ] as const)("with the policy %s is of a changed %s what there is now", (policy, kind) => {
    expect(delivered(kind, policy, "org/X@1=a", "org/X@2=b")).toBe("org/X@2=b");
    expect(delivered(kind, policy, "org/X@1=a", "")).toBe("");
    expect(delivered(kind, policy, "", "org/X@2=b")).toBe("org/X@2=b");
  });

  test("is an equal value under the name and version it has now, as nothing has to be done for it", () => {
    expect(delivered("env", "restart", "org/X@1=a org/Y@1=c", "org/X@3=a org/Y@2=d")).toBe(
      "org/X@3=a org/Y@1=c",
    );
    expect(delivered("env", "restart", "org/X@1=a", "project/X@7=a")).toBe("project/X@7=a");
  });
});
