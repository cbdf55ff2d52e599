import { afterAll, beforeAll } from "vitest";
import { type People, seedSample } from "../../tools/stage/sample.ts";
import { openStage, type Stage, type StageOptions } from "../../tools/stage/stage.ts";

export const IMAGE = "keyhold/base";

/** A stage for a whole test file, with the sample data: engine, control plane and agent take about two seconds. */
export function useStage(options: Omit<StageOptions, "image"> = {}): {
  readonly stage: Stage;
  readonly people: People;
} {
  let opened: { stage: Stage; people: People } | undefined;
  beforeAll(async () => {
    const stage = await openStage({ ...options, image: IMAGE });
    opened = { stage, people: await seedSample(stage) };
  });
  afterAll(async () => {
    await opened?.stage[Symbol.asyncDispose]();
  });
  const up = () => {
    if (opened === undefined) throw new Error("the stage is open only inside of tests");
    return opened;
  };
  return {
    get stage() {
      return up().stage;
    },
    get people() {
      return up().people;
    },
  };
}
