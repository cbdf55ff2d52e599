import { KeyholdError } from "../../common/errors.ts";
import { diffHost, snapshotHost } from "../engine/leaks.ts";
import { sweepEngines } from "../engine/sweep.ts";
import { checkHost } from "../setup/host.ts";
import { seedSample } from "../stage/sample.ts";
import { openStage } from "../stage/stage.ts";
import type { StartOptions } from "./arguments.ts";
import { type Narrator, settles } from "./narrator.ts";
import { needed } from "./set-up.ts";
import { removeSample, tellStory } from "./story.ts";
import { usersEngine } from "./users-engine.ts";

const IMAGE = "keyhold/sample";

/** The whole story on throwaway data. @returns 0 if every claim held, else 1 */
export async function runOnce(tell: Narrator, options: StartOptions, directory: string): Promise<number> {
  const missing = checkHost().missing;
  if (missing !== undefined) throw new KeyholdError({ code: "precondition", message: missing });
  tell.line("Keyhold: one secret, all the way");
  tell.chapter("Set-up");
  await needed(tell);
  await sweepEngines();
  const before = await snapshotHost();
  await runStory(tell, options, directory);
  tell.chapter("Stopped");
  await tell.claim("no process, mount, container or network is left behind", () =>
    settles(async () => diffHost(before, await snapshotHost()).join(", ") || undefined, 5_000, 100),
  );
  tell.line();
  tell.line(tell.broken === 0 ? "Every claim holds." : `${tell.broken} claims do not hold.`);
  return tell.broken === 0 ? 0 : 1;
}

async function runStory(tell: Narrator, options: StartOptions, directory: string): Promise<void> {
  const engine =
    options.dockerSocket === undefined ? {} : { engine: await usersEngine(options.dockerSocket) };
  await using stage = await openStage({
    ...engine,
    image: IMAGE,
    directory,
    step: (describe, work) => tell.step(describe, work),
  });
  tell.chapter("Stored: API_KEY at organization, project and user level, a file, a registry credential");
  const people = await tell.step("acme/web, alice, acme/ws-1 and five secrets are created", () =>
    seedSample(stage),
  );
  try {
    await tellStory(tell, stage.docker, people, IMAGE);
  } finally {
    await removeSample(stage.docker);
  }
}
