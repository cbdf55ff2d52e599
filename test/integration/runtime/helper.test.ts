import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RuntimeHandler } from "../../../agent/runtime/conversation.ts";
import type { RuntimeQuestion } from "../../../agent/runtime/wire.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { type HelperRun, RUNTIME_STATUS, RuntimeWorld } from "../../support/runtime-world.ts";

let world: RuntimeWorld;
beforeEach(async () => {
  world = await RuntimeWorld.create();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const unchanged: RuntimeHandler = async () => ({ kind: "unchanged" });

/** As containerd calls: global options first, the container's id last. */
function create(id: string): string[] {
  const options = ["--root", "/run/runc", "--log", world.logFile, "--log-format", "json"];
  return [...options, "create", "--bundle", "/bundle", "--pid-file", "/pid", id];
}

function exec(id: string): string[] {
  return ["--log", world.logFile, "exec", "--process", "/tmp/process.json", "--detach", id];
}

function expectPassed(run: HelperRun, args: readonly string[]): void {
  expect(run.stderr).toBe("");
  expect(run.runtimeArgs).toEqual(args);
  expect(run.status).toBe(RUNTIME_STATUS);
}

function expectRefused(run: HelperRun, reason: RegExp): void {
  expect(run.runtimeArgs).toBeUndefined();
  expect(run.status).toBe(1);
  expect(run.log).toHaveLength(1);
  expect(run.log[0]).toEqual({
    level: "error",
    msg: expect.stringMatching(reason),
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
  expect(run.log[0]?.msg).toMatch(/^keyhold: /);
  expect(run.stderr.trim()).toBe(run.log[0]?.msg);
}

describe("the real runtime", () => {
  test("is called with its own arguments first", async () => {
    const id = await world.unlabelled();
    await world.settings({ wait_ms: "100\nruntime_arg=--debug\nruntime_arg=two words" });
    const run = await world.run(create(id));
    expect(run.runtimeArgs).toEqual(["--debug", "two words", ...create(id)]);
    expect((await world.run(["--version"])).runtimeArgs).toEqual(["--debug", "two words", "--version"]);
  });

  test("is looked up in PATH by its name", async () => {
    await world.settings({ runtime: "no-such-runtime" });
    const run = await world.run(["--version"]);
    expect(run.stderr).toMatch(/cannot run the real runtime no-such-runtime: No such file/);
  });

  test("can be another one for a container, for every verb and with nobody listening", async () => {
    const id = await world.labelled();
    await world.settings({ runtime: "/nonexistent/runc", runtime_arg: "--default" });
    const directory = join(world.directory, "run", "containers", id);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "runtime"), `${join(world.directory, "runc")}\n--own\n`);
    for (const args of [["start", id], ["kill", id, "9", id], ["delete", "--force", id], exec(id)])
      expect((await world.run(args)).runtimeArgs).toEqual(["--own", ...args]);
    expect((await world.run(["start", "../labelled"])).stderr).toMatch(/cannot run .*nonexistent/);
  });
});

describe("what passes at once, with nobody listening", () => {
  test.each([
    ["state", ["--log", "x", "state", "labelled"]],
    ["start", ["--root", "/r", "--log=x", "--systemd-cgroup", "start", "labelled"]],
    ["kill", ["kill", "--all", "labelled", "9"]],
    ["delete", ["--debug", "delete", "--force", "labelled"]],
    ["run, which no engine calls", ["run", "--bundle", "/b", "labelled"]],
    ["a version request", ["--version"]],
    ["features", ["features"]],
    ["an option whose value is a verb", ["--root", "create", "start", "labelled"]],
    ["help for create", ["create", "--help"]],
    ["create without a container", ["create"]],
    ["no argument at all", []],
    ["an exec by hand, without a process file", ["exec", "--cwd", "-p", "labelled"]],
  ])("%s", async (_what, args) => {
    await world.labelled();
    expectPassed(await world.run(args), args);
  });

  test("create and exec of an unlabelled container", async () => {
    const id = await world.unlabelled();
    for (const args of [create(id), exec(id)]) expectPassed(await world.run(args), args);
  });

  test("create and exec of an unlabelled container, with an agent that accepts and then hangs", async () => {
    const id = await world.unlabelled();
    let asked = 0;
    await using _hung = await world.impostor(() => asked++);
    for (const args of [create(id), exec(id)]) expectPassed(await world.run(args), args);
    expect(asked).toBe(0);
  });

  test.each([
    ["image", { Config: { Image: "keyhold.example.org/tool", Labels: {} } }],
    ["argument", { Args: ["keyhold.workspace", ":"], Config: { Cmd: ["keyhold.a"] } }],
    ["network", { NetworkSettings: { Networks: { "keyhold.net": { IPAMConfig: null } } } }],
    ["label's value", { Config: { Labels: { a: "keyhold.b", c: '{"keyhold.d":"e"}' } } }],
  ])("a container whose %s only looks like a label", async (_what, config) => {
    const args = create(await world.container("lookalike", config));
    expectPassed(await world.run(args), args);
  });
});

describe("create of a labelled container", () => {
  test("asks the agent, then becomes the real runtime with its arguments untouched", async () => {
    const questions: RuntimeQuestion[] = [];
    await using _agent = await world.agent(async (question) => {
      questions.push(question);
      return { kind: "unchanged" };
    });
    const args = create(await world.labelled());
    expectPassed(await world.run(args), args);
    expect(questions).toEqual([{ verb: "create", id: "labelled", bundle: "/bundle" }]);
  });

  test("names the bundle as the directory it was called in where it is not given", async () => {
    const questions: RuntimeQuestion[] = [];
    await using _agent = await world.agent(async (question) => {
      questions.push(question);
      return { kind: "unchanged" };
    });
    const bundle = join(world.directory, "bundle");
    await mkdir(bundle);
    const id = await world.labelled();
    await world.run(["create", id], { cwd: bundle });
    await world.run(["--rootless", "false", "--criu=/criu", "create", "-b", "bundle", id]);
    expect(questions.map((question) => question.verb === "create" && question.bundle)).toEqual([
      bundle,
      bundle,
    ]);
  });

  test.each([
    ["label written with spaces", '{"Config": {"Labels": {"keyhold.project" : "acme/web"}}}'],
    ["label with a quote in its name", '{"Config":{"Labels":{"keyhold.env.A\\"B":"C"}}}'],
    [
      "label behind things that only look like one",
      '{"a":["keyhold.x"],"keyhold.net":{},"keyhold.secrets":"A"}',
    ],
    ["file of 4096 bytes and more", `{"pad":"${"x".repeat(5000)}","Labels":{"keyhold.workspace":""}}`],
  ])("recognises a %s", async (_what, text) => {
    const id = await world.labelled();
    await writeFile(join(world.directory, "data", "containers", id, "config.v2.json"), text);
    expectRefused(await world.run(create(id)), /the keyhold agent is not running/);
  });

  test("is refused with the agent's reason, escaped for the log and on one line", async () => {
    await using _agent = await world.agent(async () => {
      throw new KeyholdError({
        code: "not-found",
        message: 'no secret "Ä\\B"\tin acme/ws-1',
        next: "set\r\n it",
      });
    });
    const run = await world.run(create(await world.labelled()));
    expectRefused(run, /^keyhold: no secret "Ä\\B" in acme\/ws-1; set it$/);
  });

  test("is refused in the log file of --log=FILE too, after what stands there", async () => {
    await using _agent = await world.agent(async () => ({ kind: "refused", reason: "because" }));
    const id = await world.labelled();
    const other = join(world.directory, "other.json");
    await writeFile(other, "first\n");
    const run = await world.run([`--log=${other}`, "create", "--bundle", "/b", id]);
    expect(run.status).toBe(1);
    await rename(other, world.logFile);
    expect(await readFile(world.logFile, "utf8")).toMatch(
      /^first\n\{"level":"error","msg":"keyhold: because",.*\}\n$/,
    );
  });

  test("is refused on stderr alone where the log cannot be written", async () => {
    const run = await world.run(["--log", "/nonexistent/log", "create", await world.labelled()]);
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/^keyhold: the keyhold agent is not running/);
  });

  test("waits for an agent that is not there, then says how to start it", async () => {
    await world.settings({ wait_ms: "400" });
    const run = await world.run(create(await world.labelled()));
    expectRefused(
      run,
      /not running: start it with: keyhold agent start \[keyhold:no-agent\] \(socket .*runtime\.sock\)$/,
    );
    expect(run.milliseconds).toBeGreaterThan(380);
    expect(run.milliseconds).toBeLessThan(4000);
  });

  test("does not wait 5 seconds in vain: it goes on as soon as the agent is back", async () => {
    await world.settings({ wait_ms: null });
    const args = create(await world.labelled());
    const running = world.run(args);
    await sleep(300);
    await using _agent = await world.agent(unchanged);
    const run = await running;
    expectPassed(run, args);
    expect(run.milliseconds).toBeLessThan(4000);
  });

  test("asks again where the agent went away before its answer", async () => {
    await world.settings({ wait_ms: "2000" });
    let connections = 0;
    await using _agent = await world.impostor((socket) => {
      connections += 1;
      socket.once("data", () => (connections < 3 ? socket.destroy() : socket.end(answer("O"))));
    });
    const args = create(await world.labelled());
    expectPassed(await world.run(args), args);
    expect(connections).toBe(3);
  });

  test("waits its whole time for an agent that ended with the question, however long that had thought", async () => {
    // Thinking and absence together are longer than the wait, the absence alone is much shorter: a busy machine may add to it.
    await world.settings({ wait_ms: "4000" });
    const args = create(await world.labelled());
    const asked = Promise.withResolvers<void>();
    const first = await world.impostor(() => asked.resolve());
    const running = world.run(args);
    await asked.promise;
    await sleep(3800);
    await first[Symbol.asyncDispose]();
    await sleep(400);
    await using _second = await world.agent(unchanged);
    expectPassed(await running, args);
  });

  test("is refused in the end where every agent ends with its question", async () => {
    await world.settings({ wait_ms: "200", answer_ms: "300" });
    await using _agent = await world.impostor((socket) => void socket.once("data", () => socket.destroy()));
    const run = await world.run(create(await world.labelled()));
    expectRefused(run, /not running: start it/);
    expect(run.milliseconds).toBeGreaterThan(480);
  });

  test("is refused where the agent accepts and then hangs", async () => {
    await world.settings({ answer_ms: "300" });
    await using _hung = await world.impostor(() => undefined);
    const run = await world.run(create(await world.labelled()));
    expectRefused(run, /did not answer in time: see its log/);
    expect(run.milliseconds).toBeGreaterThan(280);
  });

  test.each([
    ["an unknown status", answer("X")],
    ["a process", answer("P", "{}")],
    ["a payload that should not be", answer("O", "surplus")],
    ["a reason longer than any", Buffer.from([0x45, 0x7f, 0xff, 0xff, 0xff])],
  ])("is refused where the answer is %s", async (_what, bytes) => {
    await using _agent = await world.impostor((socket) => socket.once("data", () => socket.end(bytes)));
    expectRefused(
      await world.run(create(await world.labelled())),
      /makes no sense: install the helper of the same version/,
    );
  });

  test("is refused with the beginning of a very long reason", async () => {
    await using _agent = await world.agent(async () => ({ kind: "refused", reason: "r".repeat(100_000) }));
    expectRefused(await world.run(create(await world.labelled())), /^keyhold: r{4095}$/);
  });

  test("is refused where its arguments are too long to be asked about", async () => {
    const id = await world.labelled();
    const padding = Array.from({ length: 11 }, () => ["--pid-file", "x".repeat(100_000)]).flat();
    expectRefused(
      await world.run(["--log", world.logFile, "create", ...padding, id]),
      /Argument list too long/,
    );
  });

  test("is answered for 40 containers at once", async () => {
    await using _agent = await world.agent(async () => {
      await sleep(50);
      return { kind: "refused", reason: "seen" };
    });
    const id = await world.labelled();
    const runs = await Promise.all(Array.from({ length: 40 }, () => world.run(["create", id])));
    expect(runs.map((run) => run.stderr)).toEqual(Array(40).fill("keyhold: seen\n"));
  });
});

describe("a container the engine's data root does not know", () => {
  test("is put before the agent, which can know", async () => {
    const questions: string[] = [];
    await using _agent = await world.agent(async ({ id }) => {
      questions.push(id);
      return { kind: "unchanged" };
    });
    expectPassed(await world.run(create("stranger")), create("stranger"));
    expect(questions).toEqual(["stranger"]);
  });

  test("is not created without an agent: the refusal names the file and the setting", async () => {
    expectRefused(
      await world.run(create("stranger")),
      /not running.*containers\/stranger\/config\.v2\.json cannot be read \(No such file or directory\).*correct data_root in .*keyhold-runtime\.conf/,
    );
  });

  test("can be entered without an agent", async () => {
    expectPassed(await world.run(exec("stranger")), exec("stranger"));
  });
});

describe("exec in a labelled container", () => {
  const PROCESS = '{"env":["API_KEY=geheim"]}';

  test.each([
    ["--process FILE", ["--process", "F"], ["--process", "/proc/self/fd/N"]],
    ["--process=FILE", ["--process=F"], ["--process=/proc/self/fd/N"]],
    ["-p FILE", ["-p", "F"], ["-p", "/proc/self/fd/N"]],
    ["-p=FILE", ["-p=F"], ["--process=/proc/self/fd/N"]],
    ["-process FILE behind other options", ["--cwd", "--process", "-e=A=B", "-process", "F"], undefined],
  ])("hands the agent's process on in memory: %s", async (_form, given, expected) => {
    const id = await world.labelled();
    const file = join(world.directory, "process.json");
    await writeFile(file, "{}");
    const questions: RuntimeQuestion[] = [];
    await using _agent = await world.agent(async (question) => {
      questions.push(question);
      return { kind: "process", json: Buffer.from(PROCESS) };
    });
    const run = await world.run([
      "exec",
      ...given.map((each) => each.replace("F", "process.json")),
      "--detach",
      id,
    ]);
    expect(questions).toEqual([{ verb: "exec", id, processFile: file }]);
    const args = run.runtimeArgs?.map((each) => each.replace(/fd\/\d+$/, "fd/N"));
    const replaced = expected ?? [...given.slice(0, -1), "/proc/self/fd/N"];
    expect(args).toEqual(["exec", ...replaced, "--detach", id]);
    expect(run.processFile).toBe(PROCESS);
  });

  test("takes a process of 7 MiB, byte for byte", async () => {
    const json = Buffer.from(JSON.stringify({ env: [`A=${"äöü€".repeat(700_000)}`] }));
    await using _agent = await world.agent(async () => ({ kind: "process", json }));
    const run = await world.run(exec(await world.labelled()));
    expect(Buffer.from(run.processFile ?? "").equals(json)).toBe(true);
  });

  test("goes on at once without values where no agent is there, though create would wait", async () => {
    await world.settings({ wait_ms: "5000" });
    const args = exec(await world.labelled());
    const run = await world.run(args);
    expectPassed(run, args);
    expect(run.milliseconds).toBeLessThan(3000);
  });

  test("goes on without values where the handler throws", async () => {
    await using _agent = await world.agent(async () => {
      throw new Error("no values");
    });
    const args = exec(await world.labelled());
    expectPassed(await world.run(args), args);
  });

  test.each([
    ["hangs", undefined],
    ["says nothing anybody understands", answer("X")],
    ["announces more than it may send", Buffer.from([0x50, 0x7f, 0xff, 0xff, 0xff])],
    ["ends in the middle of the process", answer("P", PROCESS).subarray(0, -1)],
  ])("goes on with its own process where the agent %s", async (_what, bytes) => {
    await world.settings({ answer_ms: bytes === undefined ? "300" : null });
    await using _agent = await world.impostor((socket) => {
      if (bytes !== undefined) socket.once("data", () => socket.end(bytes));
    });
    const args = exec(await world.labelled());
    expectPassed(await world.run(args), args);
  });

  test("is refused only where the agent says so", async () => {
    await using _agent = await world.agent(async () => ({ kind: "refused", reason: "not on this node" }));
    expectRefused(await world.run(exec(await world.labelled())), /^keyhold: not on this node$/);
  });
});

describe("checkpoints", () => {
  test.each(["checkpoint", "restore"])(
    "%s of a labelled container is refused, agent or not",
    async (verb) => {
      const args = ["--log", world.logFile, verb, "--image-path", "/i", await world.labelled()];
      expectRefused(await world.run(args), new RegExp(`${verb} is not possible .* secret values on disk`));
    },
  );

  test("pass for an unlabelled container", async () => {
    const args = ["checkpoint", "--image-path", "/i", await world.unlabelled()];
    expectPassed(await world.run(args), args);
  });
});

describe("settings", () => {
  test.each([
    ["an unknown key", { sokcet: "/x" }, /unknown key or unusable value: sokcet/],
    ["a relative socket", { socket: "run/a.sock" }, /unusable value: socket/],
    ["a socket longer than the kernel allows", { socket: `/${"x".repeat(108)}` }, /unusable value: socket/],
    ["a number that is none", { wait_ms: "5s" }, /unusable value: wait_ms/],
    ["an answer time without end", { answer_ms: "0" }, /unusable value: answer_ms/],
    ["no socket", { socket: null }, /settings socket and data_root are required/],
    ["no data root", { data_root: null }, /settings socket and data_root are required/],
  ])("with %s refuse create, and stop nobody from ending containers", async (_what, changes, reason) => {
    await world.settings(changes);
    await using _agent = await world.agent(unchanged);
    const id = await world.unlabelled();
    const run = await world.run(create(id));
    expectRefused(run, reason);
    expect(run.stderr).toContain(`${world.helper}.conf`);
    for (const args of [["kill", id, "9"], exec(id)]) expectPassed(await world.run(args), args);
  });

  test("that are missing refuse create and name the file", async () => {
    await rm(`${world.helper}.conf`);
    expectRefused(
      await world.run(create(await world.unlabelled())),
      /cannot use the settings in .*keyhold-runtime\.conf: No such file or directory; write them again with: keyhold agent install/,
    );
  });

  test("may hold comments and empty lines", async () => {
    await writeFile(`${world.helper}.conf`, `# a=b\n\n${await readFile(`${world.helper}.conf`, "utf8")}`);
    const args = create(await world.unlabelled());
    expectPassed(await world.run(args), args);
  });

  test("with a real runtime that is not there say so for every verb", async () => {
    await world.settings({ runtime: "/nonexistent/runc" });
    const args = ["--log", world.logFile, "kill", "x", "9"];
    expectRefused(
      await world.run(args),
      /cannot run the real runtime \/nonexistent\/runc: No such file.*correct the setting runtime/,
    );
  });

  test.skipIf(!existsSync("/usr/sbin/runc"))(
    "that are missing leave runc as the real runtime for the rest",
    async () => {
      await rm(`${world.helper}.conf`);
      expect((await world.run(["--version"])).status).toBe(0);
    },
  );
});

/** An answer's bytes, written by hand: the server would not send most of these. */
function answer(status: string, payload = ""): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(payload));
  return Buffer.concat([Buffer.from(status), length, Buffer.from(payload)]);
}
