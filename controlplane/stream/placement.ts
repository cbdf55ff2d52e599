import { type ChildName, parseTarget, shortName, type Target } from "../../common/resource-name.ts";

/** What the store knows about a node and a target. */
export interface PlacementFacts {
  /** Whether the workspace or project exists. */
  readonly exists: boolean;
  /** Workspaces: the resource name of the node it is placed on. */
  readonly placedOn?: string | undefined;
  /** Projects: whether the node was enrolled for it. */
  readonly enrolled?: boolean | undefined;
}

export interface Refused {
  readonly kind: "refused";
  readonly reason: string;
  readonly next: string;
}

/** `claim`: nobody has the workspace, so the node that asks first gets it. */
export type Placement = { readonly kind: "allowed" } | { readonly kind: "claim" } | Refused;

/**
 * The target a node means, if it may ask about it at all: another organization's targets do not exist for it, whether they do
 * or not, so the store is not even asked.
 */
export function targetFor(node: ChildName, text: string): Target | Refused {
  const target = readTarget(text);
  if (target === undefined) {
    return {
      kind: "refused",
      reason: `${JSON.stringify(text)} is neither a workspace nor a project`,
      next: "write the label like keyhold.workspace=acme/ws-1 or keyhold.project=acme/web",
    };
  }
  return target.organization === node.organization ? target : missing(target);
}

/** Whether the node may have the target; pure. */
export function decidePlacement(node: ChildName, target: Target, facts: PlacementFacts): Placement {
  if (!facts.exists) return missing(target);
  if (target.level === "project") return facts.enrolled ? { kind: "allowed" } : notEnrolled(node, target);
  if (facts.placedOn === undefined) return { kind: "claim" };
  return facts.placedOn === node.name ? { kind: "allowed" } : placedElsewhere(node, target);
}

function readTarget(text: string): Target | undefined {
  try {
    const target = parseTarget(text);
    // Only the full name: one target must not be watched under two.
    return target.name === text ? target : undefined;
  } catch {
    return undefined;
  }
}

function missing(target: Target): Refused {
  const next = `check the container's label, or create it with: keyhold ${target.level} create ${spoken(target)}`;
  return { kind: "refused", reason: `${target.level} ${spoken(target)} does not exist`, next };
}

/** Which node has it is not told: that is for the people of the organization, not for whoever can start a container here. */
function placedElsewhere(node: ChildName, target: Target): Refused {
  return {
    kind: "refused",
    reason: `workspace ${spoken(target)} is placed on another node, this one is ${shortName(node.name)}`,
    next: "start the container on that node, or have an administrator move the workspace to this one",
  };
}

function notEnrolled(node: ChildName, target: Target): Refused {
  return {
    kind: "refused",
    reason: `node ${shortName(node.name)} is not enrolled for project ${spoken(target)}`,
    next: `enrol it again with a token made by: keyhold node join-token ${node.organization} --name ${node.id} --project ${target.id}`,
  };
}

/** As in a label: `acme/ws-1`. */
function spoken(target: Target): string {
  return `${target.organization}/${target.id}`;
}
