import { judge, type Verdict } from "./judge.ts";
import { keyOf, type Lease, type Member } from "./member.ts";

/** What is to be done for one group. */
export interface Plan {
  /** Each is given a step. */
  readonly grants: readonly Member[];
  /** Their places are free. */
  readonly ends: readonly Lease[];
  /** News: these halt the group. */
  readonly failures: readonly { readonly lease: Lease; readonly member: Member }[];
}

/**
 * Who of a group is restarted now. Looks at what there is, not at what happened: asked again after anything, by whichever server,
 * it goes on from there. Pure; whoever carries it out reads and writes in one transaction, so that it is counted right.
 * @param members all containers of the group that exist, running or not
 */
export function decide(members: readonly Member[], leases: readonly Lease[]): Plan {
  const found = new Map(members.map((member) => [keyOf(member), member]));
  const judged = leases.map((lease) => {
    const member = found.get(keyOf(lease));
    return { lease, member, verdict: judge(lease, member) };
  });
  const among = (...verdicts: Verdict[]) => judged.filter(({ verdict }) => verdicts.includes(verdict));
  const failed = among("failed");
  const again = among("again").flatMap(({ member }) => member ?? []);
  const held = new Set(among("open", "failed", "again").map(({ lease }) => keyOf(lease)));
  return {
    grants: [...again, ...(failed.length > 0 ? [] : nextOf(members, held))],
    ends: among("ended", "again").map(({ lease }) => lease),
    failures: failed.flatMap(({ lease, member }) =>
      lease.failed || member === undefined ? [] : { lease, member },
    ),
  };
}

/** Those that are due while there is room, the one whose last step is the oldest first. */
function nextOf(members: readonly Member[], held: ReadonlySet<string>): readonly Member[] {
  const running = members.filter((member) => member.running);
  const room = Math.min(...running.map(({ maxUnavailable }) => Math.max(1, maxUnavailable)));
  const unavailable = new Set([...held, ...running.filter(isUnavailable).map(keyOf)]);
  const chosen: Member[] = [];
  for (const member of running.filter((each) => isDue(each, held)).sort(byLastStep)) {
    const steps = held.size + chosen.length;
    // One that is down anyway takes no place of those that are up: else one that waits for its cure would block the others.
    const fits = unavailable.has(keyOf(member)) ? steps < room : unavailable.size < room;
    if (!fits) continue;
    chosen.push(member);
    unavailable.add(keyOf(member));
  }
  return chosen;
}

function isUnavailable(member: Member): boolean {
  return member.health !== "healthy";
}

/** One of which is not known yet how it is gets the time to show it. */
function isDue(member: Member, held: ReadonlySet<string>): boolean {
  const { due, waiting, reachable, health } = member;
  return due && !waiting && reachable && health !== "unknown" && !held.has(keyOf(member));
}

function byLastStep(a: Member, b: Member): number {
  if (a.step !== b.step) return a.step < b.step ? -1 : 1;
  const [one, other] = [`${a.node} ${a.name} ${a.container}`, `${b.node} ${b.name} ${b.container}`];
  return one < other ? -1 : 1;
}
