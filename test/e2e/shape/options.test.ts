import { beforeAll, describe, expect, test } from "vitest";
import { engineMissing } from "../../support/engine/engine.ts";
import { everything, LABELLED, LABELLED_QUICK, SHOW_EVERYTHING } from "../../support/everything.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* `docker run` with its options, one after the other: the container has its variables, its files and its registry all the same. */

/** The parts of `--privileged`, without the one capability that some machines keep from everybody. */
const NEARLY_PRIVILEGED = [
  ...["--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE", "--device", "/dev/null:/dev/mine"],
  ...["--security-opt", "seccomp=unconfined", "--security-opt", "systempaths=unconfined"],
];

describe.skipIf(engineMissing !== undefined)(`everything is there with ${engineMissing ?? ""}`, () => {
  const house = useStage();
  let privileged = ["--privileged"];
  beforeAll(async () => {
    const { docker } = house.stage;
    const plain = await docker.try("run", "--rm", "--runtime", "runc", "--privileged", IMAGE, "true");
    if (plain.status !== 0) privileged = NEARLY_PRIVILEGED;
    await docker(
      "run",
      "-d",
      "--name",
      "neighbour",
      "-v",
      "shared:/run",
      "-v",
      "/data",
      IMAGE,
      "sleep",
      "600",
    );
  });

  function shown(...options: readonly string[]): Promise<string> {
    const ofNetwork = options.some((option) => ["--network", "--sysctl", "--hostname"].includes(option));
    const base = ofNetwork ? LABELLED : LABELLED_QUICK;
    return house.stage.docker("run", "--rm", ...base, ...options, IMAGE, "sh", "-c", SHOW_EVERYTHING);
  }

  test.concurrent.each([
    ["a user by name", ["--user", "app"], "1000:1000"],
    ["a user by number", ["--user", "1000"], "1000:1000"],
    ["a user whom the image does not know", ["--user", "4711"], "4711:0"],
    ["user and group by number", ["--user", "4711:42"], "4711:42"],
    ["user and group by name", ["--user", "app:root"], "1000:0"],
    ["another group beside", ["--user", "app", "--group-add", "42"], "1000:1000"],
    ["a user without any capability", ["--user", "app", "--cap-drop", "ALL"], "1000:1000"],
  ])("%s, whose the files are then", async (_what, options, user) => {
    expect(await shown(...options)).toBe(everything(user));
  });

  test.concurrent.each([
    [["--read-only"]],
    [["--read-only", "--tmpfs", "/run"]],
    [["--init"]],
    [["--network", "host"]],
    [["--network", "none"]],
    [["--network", "container:neighbour"]],
    [["--pid", "host"]],
    [["--pid", "container:neighbour"]],
    [["--ipc", "host"]],
    [["--ipc", "none"]],
    [["--uts", "host"]],
    [["--cgroupns", "host"]],
    [["--cap-drop", "ALL"]],
    [["--security-opt", "no-new-privileges"]],
    [["--security-opt", "seccomp=unconfined"]],
    [["--tmpfs", "/run"]],
    [["-v", "/run"]],
    [["-v", "runs:/run"]],
    [["-v", "/run/secrets"]],
    [["--volumes-from", "neighbour"]],
    [["-w", "/run/secrets"]],
    [["-w", "/not/there/yet"]],
    [["--memory", "32m", "--pids-limit", "20", "--cpus", "0.5"]],
    [["--ulimit", "nofile=64:64", "--shm-size", "1m"]],
    [["--hostname", "somebody", "--domainname", "example.org", "--add-host", "db:10.0.0.1"]],
    [["--log-opt", "max-size=1m", "--stop-signal", "SIGINT", "--stop-timeout", "1"]],
    [["--sysctl", "net.ipv4.ip_unprivileged_port_start=0", "--device", "/dev/null:/dev/mine"]],
    [["-e", "API_KEY=of-the-command-line", "-e", "OTHER=1"]],
    [["-t"]],
  ])("docker run %j", async (options) => {
    const text = await shown(...options);
    // A terminal ends its lines in its own way.
    expect(text.replaceAll("\r", "")).toBe(everything());
  });

  test("docker run --privileged, or as much of that as this machine allows anybody", async () => {
    expect(await shown(...privileged)).toBe(everything());
  });

  test("docker run --entrypoint", async () => {
    const { docker } = house.stage;
    const options = [...LABELLED, "--entrypoint", "/bin/sh"];
    expect(await docker("run", "--rm", ...options, IMAGE, "-c", SHOW_EVERYTHING)).toBe(everything());
  });

  test("docker run --init in the init process, too", async () => {
    const { docker } = house.stage;
    const script = "tr '\\0' '\\n' < /proc/1/environ | grep ^API_KEY=; cat /proc/1/comm";
    const text = await docker("run", "--rm", "--init", ...LABELLED, IMAGE, "sh", "-c", script);
    expect(text).toMatch(new RegExp(`^API_KEY=${everything().split("\n")[0]}\n.*init`));
  });

  test.each([
    ["a volume with a name", ["-v", "theirs:/run/secrets"], "/run/secrets"],
    ["a directory of the host", ["-v", "/var/empty:/run/secrets"], "/run/secrets"],
    ["a directory under its other name", ["-v", "/var/empty:/var/run/secrets"], "/run/secrets"],
    ["a tmpfs", ["--tmpfs", "/run/secrets"], "/run/secrets"],
    ["a file", ["-v", "/etc/hostname:/run/secrets/tls.crt"], "/run/secrets/tls.crt"],
    [
      "a file by the long option",
      ["--mount", "type=bind,src=/etc/hostname,dst=/run/secrets/x"],
      "/run/secrets/x",
    ],
  ])(
    "but it is refused beside %s mounted there, and told what to change",
    async (_what, options, mounted) => {
      const { docker } = house.stage;
      const name = "in-the-way";
      const refused = await docker.try(
        "run",
        "--rm",
        "--name",
        name,
        ...LABELLED,
        ...options,
        IMAGE,
        "echo",
        "ran",
      );
      expect(refused.stdout).toBe("");
      expect(refused.stderr).toContain(
        `keyhold: container ${name} mounts ${mounted} itself, where the secret tls.crt of acme/workspaces/ws-1 goes ` +
          "(/run/secrets/tls.crt); mount it elsewhere, or store the secret with another --path, or leave it out with the label " +
          "keyhold.secrets",
      );
    },
  );

  test("a mount at /run/secrets if it asks for variables only", async () => {
    const { docker } = house.stage;
    const only = ["-l", "keyhold.secrets=API_KEY", "--tmpfs", "/run/secrets"];
    const script = 'echo "$API_KEY"; touch /run/secrets/mine && ls /run/secrets';
    const text = await docker("run", "--rm", ...LABELLED, ...only, IMAGE, "sh", "-c", script);
    expect(text).toBe(`${everything().split("\n")[0]}\nmine`);
  });
});
