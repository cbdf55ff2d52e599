import type { Check } from "./check.ts";
import { type GatherOptions, gatherDoctorFacts } from "./gather.ts";
import { judgeAgent } from "./judge-agent.ts";
import { judgeEngine } from "./judge-engine.ts";
import { judgeHost } from "./judge-host.ts";

/** Every check of a Docker host, with what to do about it. */
export async function examineHost(options: GatherOptions): Promise<readonly Check[]> {
  const facts = await gatherDoctorFacts(options);
  return [...judgeEngine(facts), ...judgeAgent(facts), ...judgeHost(facts)];
}
