import { type ChildName, parseTarget, shortName, type Target } from "../../common/resource-name.ts";
import type { NodeRecord, WorkspaceRecord } from "../directory/records.ts";
import { isWithinReach, mayClaim } from "../directory/workspace-standing.ts";

/** What the store knows about a node and a target. */
export interface PlacementFacts {
  /** Undefined: the target is a project, or does not exist. */
  readonly workspace?: WorkspaceRecord | undefined;
  /** Whether the project exists, if the target is one. */
  readonly projectExists?: boolean | undefined;
  readonly node: Pick<NodeRecord, "projects" | "claimAny">;
}

export interface Refused {
  readonly kind: "refused";
  readonly reason: string;
  readonly next: string;
}

/** `claim`: the workspace is placed nowhere, and this node may take it. */
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
  return target.organization === node.organization ? target : foreign(node, target);
}

/**
 * Whether the node may have the target; pure. A target that the node has nothing to do with is refused in the same words whether it
 * exists or not.
 */
export function decidePlacement(node: ChildName, target: Target, facts: PlacementFacts): Placement {
  const { workspace } = facts;
  if (target.level === "project") {
    const isEnrolled = facts.projectExists === true && facts.node.projects.includes(target.name);
    return isEnrolled ? { kind: "allowed" } : notEnrolled(node, target);
  }
  if (workspace === undefined) return notPlacedHere(node, target);
  if (workspace.node === node.name) return { kind: "allowed" };
  if (!isWithinReach(workspace, facts.node)) return notPlacedHere(node, target);
  if (workspace.node !== undefined) return placedElsewhere(node, target);
  return mayClaim(workspace, facts.node) ? { kind: "claim" } : released(node, target);
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

/** Of another organization: it does not exist for the node. */
function foreign(node: ChildName, target: Target): Refused {
  const label = `keyhold.${target.level}=${node.organization}/${target.id}`;
  return {
    kind: "refused",
    reason: `${target.level} ${spoken(target)} does not exist for node ${shortName(node.name)}, which is of another organization`,
    next: `check the container's label: it has to name a ${target.level} of ${node.organization}, like ${label}`,
  };
}

/** One answer for a workspace that does not exist and one that this node has nothing to do with. */
function notPlacedHere(node: ChildName, target: Target): Refused {
  return {
    kind: "refused",
    reason: `workspace ${spoken(target)} does not exist, or is not placed on node ${shortName(node.name)}`,
    next: `check the container's label; ${placing(node, target)}`,
  };
}

/** Which node has it is not told: that is for the people of the organization, not for whoever can start a container here. */
function placedElsewhere(node: ChildName, target: Target): Refused {
  return {
    kind: "refused",
    reason: `workspace ${spoken(target)} is placed on another node, this one is ${shortName(node.name)}`,
    next: `start the container on that node; ${placing(node, target)}`,
  };
}

function released(node: ChildName, target: Target): Refused {
  return {
    kind: "refused",
    reason: `workspace ${spoken(target)} has no node since the one it was placed on was revoked`,
    next: placing(node, target),
  };
}

function placing(node: ChildName, target: Target): string {
  return `an admin of ${node.organization} places a workspace here with: keyhold workspace update ${spoken(target)} --node ${node.id}`;
}

function notEnrolled(node: ChildName, target: Target): Refused {
  return {
    kind: "refused",
    reason: `node ${shortName(node.name)} is not enrolled for project ${spoken(target)}, or there is no such project`,
    next: `check the container's label, or have an admin of ${node.organization} type: keyhold node update ${node.organization}/${node.id} --add-project ${target.id}`,
  };
}

/** As in a label: `acme/ws-1`. */
function spoken(target: Target): string {
  return `${target.organization}/${target.id}`;
}
