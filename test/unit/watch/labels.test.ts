import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLabelled, keyholdLabels, parseRequest } from "../../../agent/watch/labels.ts";
import { parseWindow } from "../../../agent/watch/window.ts";
import { KeyholdError } from "../../../common/errors.ts";

const WORKSPACE = { "keyhold.workspace": "acme/ws-1" };

function refusal(labels: Record<string, string>): KeyholdError {
  try {
    parseRequest(labels);
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return thrown;
    throw thrown;
  }
  throw new Error("the labels were accepted");
}

describe("labels", () => {
  test("of others are nobody's business", () => {
    expect(parseRequest({ maintainer: "keyhold.workspace", "com.keyhold.x": "1" })).toBeUndefined();
    expect(isLabelled({ keyhold: "x" })).toBe(false);
  });

  test("say a target, and everything else has a default", () => {
    expect(parseRequest(WORKSPACE)).toEqual({
      target: "organizations/acme/workspaces/ws-1",
      secrets: undefined,
      aliases: [],
      onChange: { kind: "restart" },
      dependents: "report",
      runtime: undefined,
      service: undefined,
      stopTimeout: undefined,
      rollout: undefined,
      window: undefined,
      onOutage: "last-good",
      maxAge: 86_400_000,
    });
  });

  test.each([
    ["keyhold.project", "acme/web", "organizations/acme/projects/web"],
    ["keyhold.workspace", "acme/workspaces/ws-1", "organizations/acme/workspaces/ws-1"],
    ["keyhold.workspace", "organizations/acme/workspaces/ws-1", "organizations/acme/workspaces/ws-1"],
    ["keyhold.workspace", " acme/ws-1 ", "organizations/acme/workspaces/ws-1"],
  ])("%s=%s means %s", (label, value, target) => {
    expect(parseRequest({ [label]: value })?.target).toBe(target);
  });

  test.each([
    [
      "keyhold.secrets",
      "A, B,C?",
      "secrets",
      [
        { id: "A", optional: false },
        { id: "B", optional: false },
        { id: "C", optional: true },
      ],
    ],
    ["keyhold.secrets", "tls.crt", "secrets", [{ id: "tls.crt", optional: false }]],
    ["keyhold.env.API_KEY", "API_KEY_PROD", "aliases", [{ variable: "API_KEY", secret: "API_KEY_PROD" }]],
    ["keyhold.on-change", "files", "onChange", { kind: "files" }],
    ["keyhold.on-change", "ignore", "onChange", { kind: "ignore" }],
    ["keyhold.on-change", "signal:SIGHUP", "onChange", { kind: "signal", signal: "SIGHUP" }],
    ["keyhold.on-change", "signal:usr1", "onChange", { kind: "signal", signal: "SIGUSR1" }],
    ["keyhold.dependents", "restart", "dependents", "restart"],
    ["keyhold.dependents", "report", "dependents", "report"],
    ["keyhold.runtime", "nvidia", "runtime", "nvidia"],
    ["keyhold.stop-timeout", "0", "stopTimeout", 0],
    ["keyhold.rollout", "web", "rollout", { group: "web", maxUnavailable: 1 }],
    ["keyhold.window", "Sat 02:00-04:00 UTC", "window", { days: [6], from: 120, to: 240, zone: "UTC" }],
    ["keyhold.on-outage", "fail", "onOutage", "fail"],
    ["keyhold.max-age", "90m", "maxAge", 5_400_000],
    ["keyhold.max-age", "7d", "maxAge", 604_800_000],
  ])("%s=%s is read as %s", (label, value, field, expected) => {
    expect(parseRequest({ ...WORKSPACE, [label]: value })).toMatchObject({ [field]: expected });
  });

  test.each([
    ["keyhold.workspace", "acme", /name of a workspace/],
    ["keyhold.workspace", "acme/projects/web", /name of a workspace/],
    ["keyhold.workspace", "", /name of a workspace/],
    ["keyhold.workspace", "acme/WS 1", /name of a workspace/],
    ["keyhold.secrets", "", /empty name/],
    ["keyhold.secrets", "A,,B", /empty name/],
    ["keyhold.secrets", "A,A?", /A twice/],
    ["keyhold.secrets", "1A", /"1A"/],
    ["keyhold.env.", "A", /variable's name/],
    ["keyhold.env.A-B", "A", /variable's name/],
    ["keyhold.env.PATH", "A", /reserved variable PATH/],
    ["keyhold.env.LD_PRELOAD", "A", /reserved variable LD_PRELOAD/],
    ["keyhold.env.A", "", /not the name of a secret/],
    ["keyhold.on-change", "reload", /is no policy/],
    ["keyhold.on-change", "signal:SIGNOPE", /names no signal/],
    ["keyhold.on-change", "signal:KILL", /no process can act on/],
    ["keyhold.on-change", "service-update", /tasks of a Swarm service only/],
    ["keyhold.dependents", "yes", /is no choice/],
    ["keyhold.runtime", "keyhold", /names keyhold itself/],
    ["keyhold.runtime", "/usr/bin/runc", /not the name of a runtime/],
    ["keyhold.runtime", "", /not the name of a runtime/],
    ["keyhold.stop-timeout", "10s", /number of seconds/],
    ["keyhold.stop-timeout", "-1", /number of seconds/],
    ["keyhold.rollout", "", /group's name/],
    ["keyhold.max-unavailable", "2", /none is named/],
    ["keyhold.window", "Sat 2-4 UTC", /maintenance window/],
    ["keyhold.on-outage", "last", /is no choice/],
    ["keyhold.max-age", "24", /is no duration/],
    ["keyhold.max-age", "0h", /is no duration/],
  ])("%s=%s is refused: label, value and what to write are named", (label, value, reason) => {
    const error = refusal({ ...WORKSPACE, [label]: value });
    expect(error).toMatchObject({ code: "invalid", field: label });
    expect(error.message).toMatch(reason);
    expect(error.message).toContain(`${label}=${JSON.stringify(value)}`);
    expect(error.next).toMatch(/^(write|name|choose|add) /);
  });

  test("are quoted as far as what to do about them is still read", () => {
    const long = "é".repeat(4_096);
    const start = `${"é".repeat(120)}… (4096 characters)`;
    expect(refusal({ ...WORKSPACE, "keyhold.secrets": `A,${long}` }).message).toBe(
      `the label keyhold.secrets="A,${"é".repeat(118)}… (4098 characters)" names "${start}"`,
    );
    expect(refusal({ ...WORKSPACE, [`keyhold.${long}`]: "x" }).message).toMatch(/^.{140,160} characters\)$/);
    const alias = refusal({ ...WORKSPACE, [`keyhold.env.${long}`]: long });
    expect(alias.describe().length).toBeLessThan(600);
  });

  test("nobody knows are refused with the nearest ones", () => {
    expect(refusal({ ...WORKSPACE, "keyhold.on-chnage": "x" }).next).toBe("did you mean keyhold.on-change?");
    expect(refusal({ ...WORKSPACE, "keyhold.workspaces": "x" }).next).toContain("keyhold.workspace");
    expect(refusal({ ...WORKSPACE, "keyhold.ENV.X": "x" }).next).toContain("keyhold.env.VAR");
    expect(refusal({ ...WORKSPACE, "keyhold.zzzzzzzz": "x" }).next).toContain("keyhold.max-unavailable");
  });

  test("default to files for a container that a restart would run twice or end for good", () => {
    const oneOff = { ...WORKSPACE, "com.docker.compose.oneoff": "True" };
    expect(parseRequest(oneOff)?.onChange).toEqual({ kind: "files" });
    expect(parseRequest(WORKSPACE, { autoRemove: true })?.onChange).toEqual({ kind: "files" });
    expect(parseRequest({ ...oneOff, "keyhold.on-change": "restart" })?.onChange).toEqual({
      kind: "restart",
    });
    expect(parseRequest({ ...WORKSPACE, "com.docker.compose.oneoff": "False" })?.onChange).toEqual({
      kind: "restart",
    });
  });

  test("of a Swarm task name its service, and only such a task may ask for an update of the service", () => {
    const task = {
      ...WORKSPACE,
      "com.docker.swarm.service.name": "web",
      "keyhold.on-change": "service-update",
    };
    expect(parseRequest(task)).toMatchObject({ service: "web", onChange: { kind: "service-update" } });
  });

  test("that count are kept, with those of Compose and Swarm that our defaults depend on; the rest is not", () => {
    const foreign = { "com.docker.compose.oneoff": "True", "com.docker.swarm.service.name": "web" };
    expect(keyholdLabels({ ...WORKSPACE, ...foreign, maintainer: "x" })).toEqual({
      ...WORKSPACE,
      ...foreign,
    });
    expect(keyholdLabels({ ...foreign, maintainer: "x" })).toEqual({});
  });

  test("that name two targets, or none, are refused", () => {
    expect(refusal({ ...WORKSPACE, "keyhold.project": "acme/web" }).message).toContain("exclude each other");
    expect(refusal({ "keyhold.secrets": "A" }).message).toContain(
      "neither keyhold.workspace nor keyhold.project",
    );
  });

  test("of any shape are read or refused with a next step, never anything else", () => {
    const key = fc.oneof(
      fc.constantFrom(
        "workspace",
        "project",
        "secrets",
        "on-change",
        "window",
        "max-age",
        "rollout",
        "env.A",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.string()), (entries) => {
        const labels = Object.fromEntries(
          Object.entries(entries).map(([name, value]) => [`keyhold.${name}`, value]),
        );
        try {
          const request = parseRequest({ ...WORKSPACE, ...labels });
          expect(request?.target).toMatch(/^organizations\//);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(KeyholdError);
          expect((thrown as KeyholdError).next).toBeTruthy();
        }
      }),
    );
  });
});

describe("a maintenance window", () => {
  test.each([
    [
      "Mon-Fri 22:00-23:30 Europe/Berlin",
      { days: [1, 2, 3, 4, 5], from: 1320, to: 1410, zone: "Europe/Berlin" },
    ],
    ["Fri-Mon 23:00-01:00 UTC", { days: [0, 1, 5, 6], from: 1380, to: 60, zone: "UTC" }],
    ["sat,Sun 00:00-24:00 UTC", { days: [0, 6], from: 0, to: 1440, zone: "UTC" }],
    ["02:00-04:00 UTC", { days: [0, 1, 2, 3, 4, 5, 6], from: 120, to: 240, zone: "UTC" }],
  ])("can be %s", (text, expected) => {
    expect(parseWindow(text)).toEqual(expected);
  });

  test.each([
    "",
    "Sat",
    "Sat 02:00-04:00",
    "Sam 02:00-04:00 UTC",
    "Sat 02:00-02:00 UTC",
    "Sat 25:00-26:00 UTC",
    "Sat 02:60-04:00 UTC",
    "Sat 02:00-04:00 +01:00",
    "Sat 02:00-04:00 Mars/Base",
  ])("cannot be %j", (text) => {
    expect(parseWindow(text)).toBeUndefined();
  });
});
