import type { Docker } from "../stage/docker.ts";
import { type People, SAMPLE, setEnv } from "../stage/sample.ts";
import { claimInjected, claimRestarted, claimUntouched } from "./claims.ts";
import { firstProcessOf } from "./container.ts";
import type { Narrator } from "./narrator.ts";

export const CONTAINER = "keyhold-sample";
/** Ends at once when it is asked to, unlike a shell that is process 1. */
const COMMAND = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"] as const;

/** Starts the sample container as a user would. */
export async function runSampleContainer(tell: Narrator, docker: Docker, image: string): Promise<void> {
  const words = [
    "run",
    "-d",
    "--name",
    CONTAINER,
    "--runtime",
    "keyhold",
    "-l",
    `keyhold.workspace=${SAMPLE.label}`,
    image,
  ];
  tell.command("docker", ...words, "…");
  await docker(...words, ...COMMAND);
}

/** The whole sentence, each claim checked: stored, resolved, streamed, injected, changed, restarted. */
export async function tellStory(
  tell: Narrator,
  docker: Docker,
  people: People,
  image: string,
): Promise<void> {
  tell.chapter("Injected before the first instruction, from an unmodified image");
  await runSampleContainer(tell, docker, image);
  await claimInjected(tell, docker, CONTAINER);
  await tell.claim("a container without the label is untouched", async () => {
    const env = await docker("run", "--rm", "--runtime", "keyhold", image, "env");
    return env.includes("API_KEY=") ? "it has an API_KEY" : undefined;
  });

  tell.chapter("Changed: alice gives API_KEY a new value, and the container is restarted");
  const before = await firstProcessOf(docker, CONTAINER);
  const value = `new-key-of-alice-${Date.now().toString(36)}`;
  tell.command("printf NEW | bin/keyhold secret set acme/users/alice API_KEY");
  await setEnv(people.alice, SAMPLE.user, "API_KEY", value);
  await claimRestarted(tell, docker, CONTAINER, before, value);

  tell.chapter("Changed where it is shadowed: the organization's API_KEY");
  const after = await firstProcessOf(docker, CONTAINER);
  tell.command("printf NEW | bin/keyhold secret set acme API_KEY");
  await setEnv(people.owner, SAMPLE.organization, "API_KEY", `new-${SAMPLE.values.organization}`);
  await claimUntouched(tell, docker, CONTAINER, after);
}

/** Also where it never came to be. */
export async function removeSample(docker: Docker): Promise<void> {
  await docker.try("rm", "--force", "--volumes", CONTAINER);
}
