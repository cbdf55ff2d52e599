import { createHash, randomBytes } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* Where files land in a container, as whose, with what in them, and what is left of them. From the API to the container. */

const MIB = 1 << 20;

describe.skipIf(engineMissing !== undefined)(`a file ${engineMissing ?? ""}`, () => {
  const house = useStage();

  afterEach(async () => {
    const { docker } = house.stage;
    const left = await docker("ps", "-aq");
    if (left !== "") await docker("rm", "-f", ...left.split("\n"));
  });

  interface Place {
    readonly path?: string;
    readonly mode?: number;
    readonly ownerUid?: number;
    readonly ownerGid?: number;
  }

  async function store(id: string, value: Uint8Array | string, place: Place = {}): Promise<void> {
    const { secrets } = house.people.owner;
    await invoke(secrets, secrets.UpdateSecret, {
      secret: {
        name: `${SAMPLE.project}/secrets/${id}`,
        kind: "SECRET_KIND_FILE",
        value: Buffer.from(value),
        ...place,
      },
      allowMissing: true,
    });
  }

  async function remove(id: string): Promise<void> {
    const { secrets } = house.people.owner;
    await invoke(secrets, secrets.DeleteSecret, { name: `${SAMPLE.project}/secrets/${id}`, purge: true });
  }

  /** Arguments of `docker run` for a container that is given these secrets only. */
  const given = (...ids: string[]) => [
    ...["--runtime", "keyhold", "-l", `keyhold.workspace=${SAMPLE.label}`],
    ...["-l", `keyhold.secrets=${ids.join(",")}`],
  ];
  const run = (...args: string[]) => house.stage.docker("run", ...args);
  /** What `docker diff` tells of a container, but for directories that were there before. */
  const made = async (container: string) =>
    (await house.stage.docker("diff", container))
      .split("\n")
      .filter((line) => !line.startsWith("C "))
      .sort();

  test("is its value, byte for byte: six binary files of 1 MiB together", async () => {
    const values = Array.from({ length: 6 }, () => randomBytes(MIB));
    const ids = values.map((_, index) => `big-${index}.bin`);
    for (const [index, value] of values.entries()) await store(ids[index] ?? "", value);
    const files = ids.map((id) => `/run/secrets/${id}`);
    const shown = await run("--rm", ...given(...ids), IMAGE, "sha256sum", ...files);
    const sums = values.map((value) => createHash("sha256").update(value).digest("hex"));
    expect(shown.split("\n").map((line) => line.split(" ")[0])).toEqual(sums);
    for (const id of ids) await remove(id);
  });

  test("of more than 1 MiB is refused when it is written, with limit and size", async () => {
    await expect(store("too-big.bin", randomBytes(MIB + 1))).rejects.toThrow(/1048577.*(1048576|1 MiB)/);
  });

  test.each([
    ["the container's user", {}, [], "400 0:0"],
    ["the container's user by name", {}, ["--user", "app"], "400 1000:1000"],
    ["the container's user and group by number", {}, ["--user", "4711:42"], "400 4711:42"],
    ["owner and group of the secret", { ownerUid: 33, ownerGid: 34 }, ["--user", "app"], "400 33:34"],
    ["the secret's group beside the container's user", { ownerGid: 34 }, ["--user", "app"], "400 1000:34"],
    ["the secret's mode", { mode: 0o644 }, ["--user", "app"], "644 1000:1000"],
    ["a mode that nobody but root can read", { mode: 0 }, [], "0 0:0"],
  ])("has as owner and mode: %s", async (_what, place, options, expected) => {
    await store("whose", "x", place);
    await store("whose-too", "x", { path: "/srv/whose", ...place });
    const paths = ["/run/secrets/whose", "/srv/whose"];
    const command = ["stat", "-L", "-c", "%a %u:%g", ...paths];
    const shown = await run("--rm", ...options, ...given("whose", "whose-too"), IMAGE, ...command);
    expect(shown.split("\n")).toEqual([expected, expected]);
    await remove("whose");
    await remove("whose-too");
  });

  test("lies at any absolute path, beside others and beside what the image has there", async () => {
    await store("one", "1", { path: "/etc/first.conf" });
    await store("two", "2", { path: "/etc/second.conf" });
    await store("deep", "3", { path: "/no/such/directory/yet/and a space/é" });
    await store("below", "4", { path: "/run/secrets/tls/key.pem" });
    await store("old-name", "5", { path: "/var/run/secrets/by-the-old-name" });
    const script = [
      "cat /etc/first.conf /etc/second.conf '/no/such/directory/yet/and a space/é'",
      "cat /run/secrets/tls/key.pem /run/secrets/by-the-old-name /etc/passwd",
    ].join("; ");
    const ids = ["one", "two", "deep", "below", "old-name"];
    const shown = await run("--rm", "--user", "app", ...given(...ids), IMAGE, "sh", "-c", script);
    expect(shown).toMatch(/^12345root:x:0:0:/);
    for (const id of ids) await remove(id);
  });

  test("leaves in the container's layer what any mount leaves: an empty directory, an empty file", async () => {
    const { docker } = house.stage;
    await store("default", "canary-default");
    await store("own", "canary-own", { path: "/opt/made/own.conf" });
    await store("theirs", "canary-theirs", { path: "/etc/passwd" });
    const id = await run("-d", ...given("default", "own", "theirs"), IMAGE, "sleep", "600");
    expect(await docker("exec", id, "cat", "/opt/made/own.conf", "/etc/passwd")).toBe(
      "canary-owncanary-theirs",
    );
    const mountPoints = ["A /opt/made", "A /opt/made/own.conf", "A /run/secrets"];
    expect(await made(id)).toEqual(mountPoints);
    await docker("commit", id, "keyhold/after-files");
    await docker("stop", "-t", "0", id);
    expect(await made(id)).toEqual(mountPoints);
    const script = "ls -A /run/secrets; cat /opt/made/own.conf; head -n 1 /etc/passwd";
    expect(await run("--rm", "keyhold/after-files", "sh", "-c", script)).toBe(
      "root:x:0:0:root:/root:/bin/sh",
    );
    await remove("theirs");
    await remove("default");
    await remove("own");
  });

  test("disappears when its secret is deleted; at a path of its own it is empty and closed until the next start", async () => {
    const { docker } = house.stage;
    await store("gone", "1");
    await store("gone-own", "2", { path: "/etc/gone", mode: 0o444 });
    const labels = [...given("gone?", "gone-own?"), "-l", "keyhold.on-change=files"];
    const id = await run("-d", ...labels, IMAGE, "sleep", "600");
    expect(await docker("exec", id, "cat", "/run/secrets/gone", "/etc/gone")).toBe("12");
    await remove("gone");
    await remove("gone-own");
    const shown = () => docker("exec", id, "sh", "-c", "ls /run/secrets; stat -c '%s %a %u' /etc/gone");
    await vi.waitFor(async () => expect(await shown()).toBe("0 0 0"), { timeout: 10_000, interval: 50 });
    await docker("restart", "-t", "0", id);
    expect(await docker("exec", id, "sh", "-c", "ls -A /run/secrets /etc/gone 2>&1 || true")).toMatch(
      /\/etc\/gone: No such file/,
    );
    expect(await made(id)).toEqual(["A /run/secrets"]);
  });
});
