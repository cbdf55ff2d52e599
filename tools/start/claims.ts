import type { Docker } from "../stage/docker.ts";
import { SAMPLE } from "../stage/sample.ts";
import { execEnvironment, type FirstProcess, firstProcessOf } from "./container.ts";
import { type Narrator, settles } from "./narrator.ts";

const { values } = SAMPLE;
const FILE = "/run/secrets/tls.crt";

/** What must be true of a labelled container from its first instruction. */
export async function claimInjected(tell: Narrator, docker: Docker, container: string): Promise<void> {
  const first = await firstProcessOf(docker, container);
  await tell.claim(
    "the first process has alice's API_KEY: user wins over project and organization",
    async () => differs(first.env.get("API_KEY"), values.user, "API_KEY"),
  );
  await tell.claim(`the file secret is at ${FILE}, byte for byte, on tmpfs, read-only`, () =>
    fileProblem(docker, container),
  );
  await tell.claim(`DOCKER_CONFIG points at a config with the registry ${SAMPLE.registry}`, () =>
    registryProblem(docker, container, first),
  );
  await tell.claim("docker exec sees the same", async () =>
    differs((await execEnvironment(docker, container)).get("API_KEY"), values.user, "API_KEY"),
  );
  await tell.claim("docker inspect shows none of it", () => inspectProblem(docker, container));
}

/** After a change: `docker exec` first, then the restart, and what the new process has. */
export async function claimRestarted(
  tell: Narrator,
  docker: Docker,
  container: string,
  before: FirstProcess,
  value: string,
): Promise<void> {
  const start = performance.now();
  const since = () => `${((performance.now() - start) / 1000).toFixed(2)} s`;
  let seen = "";
  await tell.claim("docker exec shows the new value within a second", async () => {
    const problem = await settles(async () => {
      const answer = await docker.try("exec", container, "env");
      return answer.stdout.includes(`API_KEY=${value}\n`) ? undefined : "it still shows the old one";
    }, 1_000);
    seen = since();
    return problem;
  });
  await tell.claim("the agent has restarted the container, and its first process has the new value", () =>
    settles(async () => {
      const now = await firstProcessOf(docker, container).catch(() => undefined);
      if (now === undefined || now.startedAt === before.startedAt) return "it was not restarted within 15 s";
      return differs(now.env.get("API_KEY"), value, "API_KEY");
    }, 15_000),
  );
  tell.line(`      visible to docker exec after ${seen}, restarted after ${since()}`);
}

/** A shadowed level changed: nothing may happen. Waits for longer than the agent ever holds a restart back. */
export async function claimUntouched(
  tell: Narrator,
  docker: Docker,
  container: string,
  before: FirstProcess,
): Promise<void> {
  await tell.claim(
    "nothing was restarted: the container's values did not change (looked at for 3 s)",
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const now = await firstProcessOf(docker, container);
      if (now.startedAt !== before.startedAt || now.pid !== before.pid) return "the container was restarted";
      return differs(
        (await execEnvironment(docker, container)).get("API_KEY"),
        before.env.get("API_KEY"),
        "API_KEY",
      );
    },
  );
}

async function fileProblem(docker: Docker, container: string): Promise<string | undefined> {
  const text = await docker("exec", container, "cat", FILE);
  if (`${text}\n` !== values.file)
    return `it has other bytes (${text.length + 1}, not ${values.file.length})`;
  const type = await docker("exec", container, "stat", "-f", "-c", "%T", FILE);
  if (type !== "tmpfs") return `it lies on ${type}`;
  const write = await docker.try("exec", container, "touch", `${FILE}.new`);
  return write.status === 0 ? "the container may write beside it" : undefined;
}

async function registryProblem(
  docker: Docker,
  container: string,
  first: FirstProcess,
): Promise<string | undefined> {
  const directory = first.env.get("DOCKER_CONFIG");
  if (directory === undefined) return "DOCKER_CONFIG is not set";
  const config = JSON.parse(await docker("exec", container, "cat", `${directory}/config.json`)) as {
    auths?: Record<string, { auth?: string }>;
  };
  const auth = Buffer.from(config.auths?.[SAMPLE.registry]?.auth ?? "", "base64").toString();
  return differs(auth, `robot:${values.password}`, "the entry");
}

async function inspectProblem(docker: Docker, container: string): Promise<string | undefined> {
  const shown = await docker("inspect", container);
  const needles = Object.values(values).flatMap((value) => [
    value.split("\n")[0] ?? value,
    Buffer.from(value).toString("base64"),
  ]);
  const found = needles.filter((needle) => shown.includes(needle)).length;
  return found === 0 ? undefined : `${found} values are in it`;
}

/** Says that something differs, and never what it is. */
function differs(actual: string | undefined, wanted: string | undefined, name: string): string | undefined {
  if (actual === undefined) return `${name} is not there`;
  return actual === wanted ? undefined : `${name} has another value`;
}
