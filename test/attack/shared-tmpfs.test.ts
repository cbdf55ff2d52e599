import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ContainerFiles } from "../../agent/inject/files/container-files.ts";
import { TmpfsShares } from "../../agent/inject/files/tmpfs-shares.ts";
import type { PlannedFile } from "../../agent/inject/plan/types.ts";
import { KeyholdError } from "../../common/errors.ts";
import { SecretValue } from "../../common/secret-value.ts";

const MIB = 1024 * 1024;
const [UID, GID] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
const MOUNTED = { directory: true, own: [] };

let runDirectory: string;
beforeEach(async () => {
  runDirectory = await mkdtemp(join(tmpdir(), "keyhold-shares-"));
});
afterEach(() => rm(runDirectory, { recursive: true }));

/** A host whose tmpfs has 32 MiB: an eighth of what it has by default. */
const host = () =>
  new ContainerFiles({
    runDirectory,
    graceMs: 0,
    shares: new TmpfsShares({ runDirectory, capacity: () => 32 * MIB }),
  });

function files(count: number, size: number, fill = 1): PlannedFile[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `/run/secrets/F${index}`,
    bytes: SecretValue.of(Buffer.alloc(size, fill)),
    ...{ mode: 0o400, uid: UID, gid: GID, fingerprint: `${index} ${fill}`, place: "directory" as const },
  }));
}

const id = (letter: string) => letter.repeat(64);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (thrown: unknown) =>
      thrown instanceof KeyholdError ? `${thrown.code}: ${thrown.describe()}` : String(thrown),
  );

describe("a tenant whose containers fill the tmpfs of a host", () => {
  it("cannot make another tenant's small container fail to start", async () => {
    const shared = host();
    const starts: string[] = [];
    for (let index = 0; index < 8; index += 1)
      starts.push(await refusal(shared.prepare(id(`${index}`), files(4, MIB))));
    // 8 MiB each, for two generations, of three quarters of 32 MiB.
    expect(starts.filter((each) => each === "ok").length).toBe(3);
    expect(starts.at(-1)).toBe(
      `exhausted: the files of container 777777777777 need 8.0 MiB of the tmpfs at ${runDirectory}, 0.0 MiB of 32.0 MiB are free (a quarter is kept for small containers); remove containers that are not needed, or give the tmpfs more room: mount -o remount,size=1g ${runDirectory}`,
    );
    for (const letter of "abcdefghij")
      expect(await refusal(shared.prepare(id(letter), files(5, 20_000)))).toBe("ok");
  });

  it("cannot make another container's change fail, also after the agent was started again", async () => {
    const first = host();
    await first.prepare(id("a"), files(4, MIB));
    for (let index = 0; index < 8; index += 1) await refusal(first.prepare(id(`${index}`), files(4, MIB)));
    const second = host();
    expect(await refusal(second.prepare(id("z"), files(4, MIB)))).toMatch(/^exhausted: /);
    for (const fill of [2, 3, 4])
      expect(await refusal(second.update(id("a"), files(4, MIB, fill), MOUNTED))).toBe("ok");
    // What it has not claimed it does not get: others have it.
    expect(await refusal(second.update(id("a"), files(8, MIB, 5), MOUNTED))).toMatch(/need 16\.0 MiB/);
    await second.remove(id("0"));
    expect(await refusal(second.prepare(id("z"), files(4, MIB)))).toBe("ok");
    await second.idle();
  });

  it("has no container with more than its share, however large the tmpfs is", async () => {
    const shares = new TmpfsShares({ runDirectory, capacity: () => 1024 * MIB });
    const shared = new ContainerFiles({ runDirectory, graceMs: 0, shares });
    expect(await refusal(shared.prepare(id("a"), files(21, MIB)))).toMatch(
      /^exhausted: .*container aaaaaaaaaaaa need 42\.0 MiB .*one container may have 40\.0 MiB/,
    );
  });
});
