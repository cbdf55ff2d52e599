import { statfsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ContainerFiles } from "../../../agent/inject/files/container-files.ts";
import { HeldSecrets } from "../../../agent/inject/held-secrets.ts";
import { Injector } from "../../../agent/inject/injector.ts";
import { RecordStore } from "../../../agent/inject/record-store.ts";
import type { OciProcess, OciSpec } from "../../../agent/runtime/oci-spec.ts";
import type { Bundle, TargetState } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { silentLog } from "../../../common/log.ts";
import { bundle, env, file, TARGET } from "../../unit/inject/samples.ts";

/*
 * The injector with real files and specifications, without engine and runtime: what it answers when something is amiss. Bundles
 * lie in /dev/shm, because it refuses to write values to a disk.
 */

const [UID, GID] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
const SPEC: OciSpec = {
  process: { env: ["PATH=/bin", "API_KEY=image"], user: { uid: UID, gid: GID }, cwd: "/" },
  mounts: [{ destination: "/proc" }],
};

let root: string;
let labels: Record<string, string> | undefined;
let state: TargetState | "unreachable";
let prefetched: string[];
let injector: Injector;

beforeEach(async () => {
  root = await mkdtemp("/dev/shm/keyhold-injector-");
  labels = { "keyhold.workspace": "acme/ws-1" };
  prefetched = [];
  give(bundle(env("API_KEY", "one"), file("F", "file-one")));
  injector = newAgent();
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

function give(next: Bundle): void {
  state = { kind: "bundle", target: TARGET, bundle: next };
}

/** What the next agent on this host would be. */
function newAgent(): Injector {
  const unreachable = new KeyholdError({ code: "unavailable", message: "no connection to 127.0.0.1:1" });
  const files = new ContainerFiles({ runDirectory: join(root, "run"), graceMs: 0 });
  return new Injector({
    labels: {
      labelsOf: async () => (labels === undefined ? undefined : { name: "web", labels }),
    },
    source: {
      obtain: async () => {
        if (state === "unreachable") throw unreachable;
        return state;
      },
      peek: () => undefined,
      prefetch: (target) => void prefetched.push(target),
    },
    files,
    records: new RecordStore({ runDirectory: join(root, "run"), log: silentLog }),
    held: new HeldSecrets({ runDirectory: join(root, "run"), files, log: silentLog }),
    log: silentLog,
  });
}

/** The engine writes a new specification for every start. */
async function newBundle(directory = join(root, "bundle")): Promise<string> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "config.json"), JSON.stringify(SPEC));
  return directory;
}

async function create(directory: string): Promise<string> {
  const answer = await injector.handle({ verb: "create", id: "id", bundle: directory });
  return answer.kind === "refused" ? answer.reason : answer.kind;
}

async function specIn(directory: string): Promise<OciSpec> {
  return JSON.parse(await readFile(join(directory, "config.json"), "utf8"));
}

async function execEnv(...own: string[]): Promise<readonly string[] | undefined> {
  const processFile = join(root, "process.json");
  await writeFile(
    processFile,
    JSON.stringify({ ...SPEC.process, env: [...(SPEC.process.env ?? []), ...own] }),
  );
  const answer = await injector.handle({ verb: "exec", id: "id", processFile });
  return answer.kind === "process" ? (JSON.parse(answer.json.toString()) as OciProcess).env : undefined;
}

test("a question that is asked twice adds nothing twice, also of the next agent and with newer values", async () => {
  const directory = await newBundle();
  expect(await create(directory)).toBe("unchanged");
  const once = await specIn(directory);
  expect(await create(directory)).toBe("unchanged");
  expect(await specIn(directory)).toEqual(once);
  injector = newAgent();
  await injector.recover();
  give(bundle(env("API_KEY", "two"), file("F", "file-two")));
  expect(await create(directory)).toBe("unchanged");
  expect(await create(directory)).toBe("unchanged");
  const last = await specIn(directory);
  expect(last.process.env).toEqual(["PATH=/bin", "API_KEY=two"]);
  expect(last.mounts?.map((each) => each.destination)).toEqual(["/proc", "/run/secrets"]);
  expect(JSON.stringify(injector.records())).not.toMatch(/"(one|two|file-two)"|=two/);
});

test("many questions at once for one container are answered one after the other", async () => {
  const directory = await newBundle();
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => create(directory))))).toEqual(
    new Set(["unchanged"]),
  );
  expect((await specIn(directory)).mounts).toHaveLength(2);
});

test("an edited bundle whose record is lost is refused rather than edited twice", async () => {
  const directory = await newBundle();
  await create(directory);
  await injector.forget("id");
  expect(await create(directory)).toMatch(
    /container web cannot be started: it was prepared by an agent that is gone; start it again/,
  );
});

test.each([
  [
    "the control plane is away",
    () => {
      state = "unreachable";
    },
    /^container web cannot be started: control plane unreachable, and no secrets of acme\/workspaces\/ws-1 are held that may be used \(no connection .*\); check/,
  ],
  [
    "the node may not have the target",
    () => {
      state = { kind: "refused", target: TARGET, reason: "it is not placed here", next: "place it" };
    },
    /^container web cannot be started: the control plane gives this node no secrets of acme\/workspaces\/ws-1: it is not placed here; place it$/,
  ],
  [
    "the engine does not know it",
    () => {
      labels = undefined;
    },
    /^container id cannot be started: the agent's engine does not know it; check/,
  ],
  [
    "a label is wrong",
    () => {
      labels = { "keyhold.workspace": "x" };
    },
    /^container web cannot be started: the label keyhold\.workspace="x" is not/,
  ],
])("a start is refused and nothing stays behind if %s", async (_, change, reason) => {
  await create(await newBundle());
  const directory = await newBundle();
  change();
  expect(await create(directory)).toMatch(reason);
  expect(await specIn(directory)).toEqual(SPEC);
  expect(await readdir(join(root, "run/containers"))).toEqual([]);
  expect(injector.records()).toEqual([]);
});

const noDisk = statfsSync("/var/tmp").type === 0x01021994 ? "(missing: a /var/tmp on a disk)" : undefined;
test.skipIf(noDisk !== undefined)(
  `a bundle on a disk gets no value, and the container no files ${noDisk ?? ""}`,
  async () => {
    const onDisk = await mkdtemp("/var/tmp/keyhold-disk-");
    try {
      const answer = await create(await newBundle(onDisk));
      expect(answer).toMatch(/does not lie on tmpfs/);
      expect(await specIn(onDisk)).toEqual(SPEC);
      expect(await readdir(join(root, "run/containers"))).toEqual([]);
    } finally {
      await rm(onDisk, { recursive: true });
    }
  },
);

test("a container without a label is not touched, whoever asks", async () => {
  labels = { maintainer: "x" };
  const directory = await newBundle();
  expect(await create(directory)).toBe("unchanged");
  expect(await specIn(directory)).toEqual(SPEC);
});

test("an exec goes on without values if nothing is known, and with those of the start if nobody can be asked", async () => {
  expect(await execEnv()).toBeUndefined();
  await create(await newBundle());
  expect(await execEnv("X=1")).toEqual(["PATH=/bin", "X=1", "API_KEY=one"]);
  state = "unreachable";
  expect(await execEnv()).toEqual(["PATH=/bin", "API_KEY=one"]);
  give(bundle(env("API_KEY", "two")));
  expect(await execEnv()).toEqual(["PATH=/bin", "API_KEY=two"]);
});

test("an exec in a container that ignores changes sees what it was started with, also after the agent's restart", async () => {
  labels = { "keyhold.workspace": "acme/ws-1", "keyhold.on-change": "ignore" };
  give(bundle(env("API_KEY", "one"), env("B", "same")));
  await create(await newBundle());
  give(bundle(env("API_KEY", "two"), env("B", "same")));
  expect(await execEnv()).toEqual(["PATH=/bin", "API_KEY=one", "B=same"]);
  injector = newAgent();
  await injector.recover();
  expect(await execEnv()).toEqual(["PATH=/bin", "API_KEY=one", "B=same"]);
});

test("the next agent takes over what is known, and forgets what was removed meanwhile", async () => {
  await create(await newBundle());
  injector = newAgent();
  await injector.recover();
  expect(prefetched).toEqual([TARGET]);
  await injector.retain(new Set(["id"]));
  expect(injector.records()).toHaveLength(1);
  injector = newAgent();
  await injector.recover();
  await injector.retain(new Set());
  expect(injector.records()).toEqual([]);
  expect(await readdir(join(root, "run/containers"))).toEqual([]);
});

test("a change is counted from the start, or from when the process was told of its files", async () => {
  await create(await newBundle());
  const changed = bundle(env("API_KEY", "two"), file("F", "file-two"));
  let told = 0;
  injector.onRecords(() => {
    told += 1;
  });
  expect(await injector.reinject("id", changed)).toMatchObject({
    env: ["API_KEY"],
    files: ["/run/secrets/F"],
    rewritten: ["/run/secrets/F"],
  });
  expect(told).toBe(1);
  await injector.reinject("id", changed);
  expect(told).toBe(1);
  await injector.settle("id");
  expect(told).toBe(2);
  expect(await injector.reinject("id", changed)).toMatchObject({
    env: ["API_KEY"],
    files: [],
    rewritten: [],
  });
  const back = bundle(env("API_KEY", "one"), file("F", "file-one"));
  expect(await injector.reinject("id", back)).toMatchObject({ env: [], files: ["/run/secrets/F"] });
  expect(await injector.reinject("nowhere", back)).toBeUndefined();
});
