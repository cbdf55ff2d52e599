import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { requireProgram } from "../../../common/command.ts";
import { invoke } from "../../../common/grpc/invoke.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { everything, LABELLED_QUICK, SHOW_EVERYTHING } from "../../support/everything.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* What people do to a container in the course of its life, and what it has of its secrets then. */

describe.skipIf(engineMissing !== undefined)(`a container ${engineMissing ?? ""}`, () => {
  const house = useStage();
  const docker = (...args: string[]) => house.stage.docker(...args);

  let key: string = SAMPLE.values.user;
  let writes = 0;
  /** No value is written twice, so that no test can pass with what another left. */
  async function change(): Promise<string> {
    writes += 1;
    key = `key-${writes}`;
    await setEnv(house.people.alice, SAMPLE.user, "API_KEY", key);
    return key;
  }
  afterEach(async () => {
    const left = await docker("ps", "-aq");
    if (left !== "") await docker("rm", "-f", ...left.split("\n"));
  });

  /** One that nobody restarts for a change, so that what it shows comes from what the test does. */
  const run = (...options: string[]) =>
    docker(
      "run",
      "-d",
      "--name",
      "web",
      ...LABELLED_QUICK,
      "-l",
      "keyhold.on-change=files",
      ...options,
      IMAGE,
      "sleep",
      "600",
    );
  const shows = (...options: string[]) => docker("exec", ...options, "web", "sh", "-c", SHOW_EVERYTHING);
  const untilShows = (text: string) =>
    vi.waitFor(async () => expect(await shows()).toBe(text), { timeout: 10_000, interval: 50 });

  describe("shows docker exec", () => {
    test("everything, whoever asks and from wherever", async () => {
      await run("--user", "app");
      const all = everything("1000:1000", key);
      expect(await shows()).toBe(all);
      expect(await shows("-u", "app", "-w", "/tmp")).toBe(all);
      expect(await shows("-u", "1000:1000")).toBe(all);
      expect(await shows("-i")).toBe(all);
      expect(await shows("-e", "OTHER=1")).toBe(all);
      // Root may read whatever belongs to the container's user; the file goes on being that one's.
      expect(await shows("-u", "root")).toBe(all.replace("1000\n1000", "0\n0"));
    });

    test("variables, and files only to whom they belong", async () => {
      await run();
      const command = ["sh", "-c", 'echo "$API_KEY"; cat /run/secrets/tls.crt'];
      const stranger = await house.stage.docker.try("exec", "-u", "4711", "web", ...command);
      expect(stranger.stdout).toBe(`${key}\n`);
      expect(stranger.stderr).toMatch(/tls.crt.*Permission denied/);
    });

    test("what it asks for itself rather than the secret", async () => {
      await run();
      const command = ["sh", "-c", 'echo "$API_KEY"'];
      expect(await docker("exec", "-e", "API_KEY=asked", "web", ...command)).toBe("asked");
      expect(await docker("exec", "-e", "API_KEY=", "web", ...command)).toBe("");
      expect(await docker("exec", "-e", "api_key=other", "web", ...command)).toBe(key);
    });

    test("everything on a terminal", async () => {
      await run();
      const words = [
        "docker",
        "exec",
        "-it",
        "web",
        "sh",
        "-c",
        `'${SHOW_EVERYTHING.replaceAll("'", `'\\''`)}'`,
      ];
      const text = await onTerminal(words.join(" "), house.stage.engine.socket);
      expect(text.replaceAll("\r", "")).toContain(everything("0:0", key));
    });

    test("everything in the background", async () => {
      await run();
      await docker(
        "exec",
        "-d",
        "web",
        "sh",
        "-c",
        `(${SHOW_EVERYTHING}) > /tmp/part; mv /tmp/part /tmp/shown`,
      );
      await vi.waitFor(
        async () => expect(await docker("exec", "web", "cat", "/tmp/shown")).toBe(everything("0:0", key)),
        {
          timeout: 10_000,
          interval: 50,
        },
      );
    });

    test("the values of now, also fifty at once", async () => {
      await run();
      const now = await change();
      await untilShows(everything("0:0", now));
      const all = await Promise.all(
        Array.from({ length: 50 }, () => docker("exec", "web", "sh", "-c", 'echo "$API_KEY"')),
      );
      expect(new Set(all)).toEqual(new Set([now]));
    });
  });

  test("that was paused goes on with the files of now", async () => {
    await run();
    await docker("pause", "web");
    await writeFileSecret("while it was paused");
    await vi.waitFor(async () => expect(await fileOf("web")).toBe("while it was paused"), {
      timeout: 10_000,
      interval: 50,
    });
    await docker("unpause", "web");
    expect(await docker("exec", "web", "cat", "/run/secrets/tls.crt")).toBe("while it was paused");
    await writeFileSecret(SAMPLE.values.file);
    await untilShows(everything("0:0", key));
  });

  test("that was made long ago starts with the values of now", async () => {
    const print = ["sh", "-c", SHOW_EVERYTHING];
    await docker("create", "--name", "old", ...LABELLED_QUICK, IMAGE, ...print);
    const now = await change();
    await vi.waitFor(async () => {
      expect(await docker("run", "--rm", ...LABELLED_QUICK, IMAGE, ...print)).toBe(everything("0:0", now));
    }, 10_000);
    expect(await docker("start", "-a", "old")).toBe(everything("0:0", now));
  });

  test("is given its values anew by docker restart, docker stop and start, docker kill and start", async () => {
    await run();
    const started = () =>
      docker("exec", "web", "sh", "-c", "tr '\\0' '\\n' < /proc/1/environ | sed -n 's/^API_KEY=//p'");
    const again = [
      [["restart", "-t", "0", "web"]],
      [
        ["stop", "-t", "0", "web"],
        ["start", "web"],
      ],
      [
        ["kill", "web"],
        ["start", "web"],
      ],
    ];
    for (const commands of again) {
      const before = await started();
      const now = await change();
      await untilShows(everything("0:0", now));
      expect(await started()).toBe(before);
      for (const words of commands) await docker(...words);
      expect(await started()).toBe(now);
      expect(await shows()).toBe(everything("0:0", now));
    }
  });

  test.each(["always", "unless-stopped", "on-failure:3"])(
    "with --restart %s has the values of now after each crash",
    async (policy) => {
      const script = 'echo "$API_KEY"; while [ ! -e /run/crash ]; do sleep 0.05; done; rm /run/crash; exit 7';
      const labels = [...LABELLED_QUICK, "-l", "keyhold.on-change=files"];
      await docker("run", "-d", "--name", "web", ...labels, "--restart", policy, IMAGE, "sh", "-c", script);
      const printed = [key];
      for (let crash = 0; crash < 2; crash += 1) {
        await change();
        await untilShows(everything("0:0", key));
        await docker("exec", "web", "touch", "/run/crash");
        printed.push(key);
        await vi.waitFor(async () => expect((await docker("logs", "web")).split("\n")).toEqual(printed), {
          timeout: 15_000,
          interval: 50,
        });
      }
    },
  );

  test("that was renamed and updated keeps everything, and is called by its name of now", async () => {
    await run();
    await docker("update", "--memory", "64m", "--memory-swap", "64m", "web");
    expect(await shows()).toBe(everything("0:0", key));
    await docker("rename", "web", "other");
    expect(await docker("exec", "other", "sh", "-c", SHOW_EVERYTHING)).toBe(everything("0:0", key));
    await docker("rm", "-f", "other");

    await docker(
      "create",
      "--name",
      "before",
      ...LABELLED_QUICK,
      "-l",
      "keyhold.secrets=NOPE",
      IMAGE,
      "true",
    );
    await docker("rename", "before", "after");
    const refused = await house.stage.docker.try("start", "after");
    expect(refused.stderr).toContain("keyhold: container after needs the secret NOPE");
  });

  test("gives none of its secrets to docker cp, diff, commit and export", async () => {
    await run();
    await docker("exec", "web", "sh", "-c", "echo ordinary > /root/note");
    const archives = [
      (await house.stage.docker.try("cp", "web:/run/secrets", "-")).stdout,
      (await house.stage.docker.try("cp", "web:/run", "-")).stdout,
      await docker("export", "web"),
    ];
    const note = await docker("cp", "web:/root/note", "-");
    await docker("commit", "web", "keyhold/committed");
    archives.push(await docker("save", "keyhold/committed"), await docker("inspect", "keyhold/committed"));
    expect(note).toContain("ordinary");
    expect(archives.at(-2)).toContain("ordinary");
    for (const text of archives) {
      expect(text).not.toContain(key);
      expect(text).not.toContain("not a real certificate");
      expect(text).not.toContain(Buffer.from(`robot:${SAMPLE.values.password}`).toString("base64"));
    }
    const files = await house.stage.docker.try("cp", "web:/run/secrets/tls.crt", "-");
    expect(files.status).not.toBe(0);
  });

  test("cannot be given a file of somebody else's in place of a secret by docker cp", async () => {
    await run();
    await house.stage.docker.try("cp", "/etc/hostname", "web:/run/secrets/tls.crt");
    expect(await shows()).toBe(everything("0:0", key));
  });

  test("made from the image of another, by docker commit, asks for itself as its label says", async () => {
    await run();
    await docker("commit", "web", "keyhold/committed");
    const print = ["keyhold/committed", "sh", "-c", SHOW_EVERYTHING];
    expect(await docker("run", "--rm", "--runtime", "keyhold", ...print)).toBe(everything("0:0", key));
    const without = await house.stage.docker.try("run", "--rm", "--runtime", "runc", ...print);
    expect(without.stdout).not.toContain(key);
  });

  /** As the host sees it: also while the container is paused. */
  async function fileOf(name: string): Promise<string> {
    const { engine, directory } = house.stage;
    const id = await docker("inspect", "-f", "{{.Id}}", name);
    const secrets = join(runtimeTarget(engine, directory).runDirectory, "containers", id, "secrets");
    expect(await readdir(secrets)).toContain("tls.crt");
    return readFile(join(secrets, "tls.crt"), "utf8");
  }
  async function writeFileSecret(value: string): Promise<void> {
    const { secrets } = house.people.owner;
    const secret = { name: `${SAMPLE.project}/secrets/tls.crt`, value: Buffer.from(value) };
    await invoke(secrets, secrets.UpdateSecret, { secret, updateMask: { paths: ["value"] } });
  }
});

/** What a shell command writes on a terminal of its own: script(1) makes one. */
function onTerminal(line: string, socket: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(requireProgram("script"), ["-qec", line, "/dev/null"], {
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        DOCKER_HOST: `unix://${socket}`,
        HOME: "/proc/none",
        TERM: "dumb",
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", () => resolve(text));
  });
}
