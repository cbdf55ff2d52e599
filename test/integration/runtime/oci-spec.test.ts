import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatProcess, readProcess, readSpec, writeSpec } from "../../../agent/runtime/oci-spec.ts";

const SPEC =
  '{"ociVersion":"1.0.2","process":{"user":{"uid":0,"gid":0},"env":["PATH=/bin"],"cwd":"/",' +
  '"rlimits":[{"type":"RLIMIT_MEMLOCK","hard":18446744073709551615,"soft":18446744073709551615}]},' +
  '"mounts":[{"destination":"/proc","type":"proc","source":"proc"}],' +
  '"linux":{"resources":{"memory":{"limit":9223372036854771712}},"uidMappings":[{"containerID":0,"hostID":231072,"size":65536}]}}';

let bundle: string;
let config: string;
beforeEach(async () => {
  bundle = await mkdtemp("/dev/shm/keyhold-bundle-");
  config = join(bundle, "config.json");
  await writeFile(config, SPEC);
});
afterEach(async () => {
  await rm(bundle, { recursive: true, force: true });
});

describe("a bundle's specification", () => {
  test("comes back byte for byte where nothing was changed", async () => {
    await writeSpec(bundle, await readSpec(bundle));
    expect(await readFile(config, "utf8")).toBe(SPEC);
  });

  test("differs in what was changed and in nothing else", async () => {
    const spec = await readSpec(bundle);
    const mount = { destination: "/run/secrets", type: "bind", source: "/s", options: ["rbind", "ro"] };
    const process = { ...spec.process, env: [...(spec.process.env ?? []), "API_KEY=x"] };
    await writeSpec(bundle, { ...spec, process, mounts: [...(spec.mounts ?? []), mount] });
    expect(await readFile(config, "utf8")).toBe(
      SPEC.replace('"PATH=/bin"', '"PATH=/bin","API_KEY=x"').replace(
        '"source":"proc"}',
        `"source":"proc"},${JSON.stringify(mount)}`,
      ),
    );
  });

  test("is closed to everybody but its owner, and leaves no second file with its secrets", async () => {
    await chmod(config, 0o640);
    await writeFile(join(bundle, ".config.json.keyhold"), "left by a crash");
    await writeSpec(bundle, await readSpec(bundle));
    expect((await stat(config)).mode & 0o7777).toBe(0o600);
    expect(await readdir(bundle)).toEqual(["config.json"]);
  });

  test("is not lost, and no half one appears, where it cannot be replaced", async () => {
    const spec = await readSpec(bundle);
    await rm(config);
    await expect(writeSpec(bundle, spec)).rejects.toThrow(/cannot write .*config\.json: ENOENT/);
    expect(await readdir(bundle)).toEqual([]);
  });

  test("tells the ids of a remapped user namespace", async () => {
    expect((await readSpec(bundle)).linux?.uidMappings).toEqual([
      { containerID: 0, hostID: 231072, size: 65536 },
    ]);
  });

  test.each([
    ["no JSON", '{"env":["API_KEY=geheim"', /it is not JSON/],
    ["no object", "[]", /it is not an object/],
    ["no process", "{}", /no process with user and cwd/],
    ["a process without a user", '{"process":{"cwd":"/"}}', /no process with user and cwd/],
    [
      "an environment that is no list of strings",
      SPEC.replace('["PATH=/bin"]', "[1]"),
      /no process with user/,
    ],
    ["mounts that are no list", SPEC.replace(/"mounts":\[[^\]]*\]/, '"mounts":{}'), /mounts is not a list/],
  ])("with %s is refused, and the error quotes nothing of it", async (_what, text, reason) => {
    await writeFile(config, text);
    const refusal: Error = await readSpec(bundle).then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(refusal.message).toMatch(reason);
    expect(refusal.message).toContain(config);
    expect(`${refusal.stack}${refusal.cause}`).not.toContain("geheim");
  });

  test("that is missing is named", async () => {
    await rm(config);
    await expect(readSpec(bundle)).rejects.toThrow(`cannot read ${config}`);
  });
});

describe("secret values", () => {
  test("are not written into a bundle on a disk", async ({ skip }) => {
    const onDisk = await mkdtemp(join(tmpdir(), "keyhold-bundle-"));
    try {
      if ((await statfs(onDisk)).type === 0x01021994) skip("the temporary directory lies on tmpfs");
      await mkdir(join(onDisk, "bundle"));
      await writeFile(join(onDisk, "bundle", "config.json"), SPEC);
      const spec = await readSpec(join(onDisk, "bundle"));
      await expect(writeSpec(join(onDisk, "bundle"), spec)).rejects.toMatchObject({
        code: "precondition",
        message: expect.stringMatching(/does not lie on tmpfs/),
        next: expect.stringMatching(/--exec-root/),
      });
      expect(await readdir(join(onDisk, "bundle"))).toEqual(["config.json"]);
    } finally {
      await rm(onDisk, { recursive: true });
    }
  });
});

describe("an exec's process", () => {
  test("is read and formatted with everything it held", async () => {
    const file = join(bundle, "process.json");
    const text = JSON.stringify(JSON.parse(SPEC).process).replace(
      /1844674407370955\d+/g,
      "18446744073709551615",
    );
    await writeFile(file, text);
    expect(formatProcess(await readProcess(file)).toString()).toBe(text);
  });

  test("that is none is refused", async () => {
    await expect(readProcess(config)).rejects.toThrow(/no process with user and cwd/);
  });
});
