import { createHash } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import type { Target } from "../../common/resource-name.ts";
import type { NodeStore, ProjectStore, WorkspaceStore } from "../directory/directory.ts";
import type { EnrolledNode, NodeRecord } from "../directory/records.ts";
import { type ResolvedTarget, writeBundle } from "./messages.ts";
import { decidePlacement, type PlacementFacts, type Refused, targetFor } from "./placement.ts";
import { type Answer, type AnswerSource, type NodeGate, nodeRevoked } from "./sources.ts";

/** What resolving offers to a stream. Both throw `not-found` for a target that does not exist. */
interface TargetBundles {
  /** Without decrypting a value. */
  digest(target: Target): Promise<string>;
  resolve(target: Target): Promise<ResolvedTarget>;
}

export interface StoredAnswersOptions {
  readonly workspaces: Pick<WorkspaceStore, "find" | "claim">;
  readonly projects: Pick<ProjectStore, "find">;
  readonly nodes: Pick<NodeStore, "find">;
  readonly bundles: TargetBundles;
}

/** Answers from the store: first whether the node may have the target, then what it resolves to. */
export class StoredAnswers implements AnswerSource, NodeGate {
  readonly #options: StoredAnswersOptions;

  constructor(options: StoredAnswersOptions) {
    this.#options = options;
  }

  async isRevoked(node: EnrolledNode): Promise<boolean> {
    return (await this.#live(node)) === undefined;
  }

  async answer(node: EnrolledNode, name: string, known: string | undefined): Promise<Answer | undefined> {
    const target = targetFor(node, name);
    if ("kind" in target) return refuse(name, target);
    // In every answer: a server may not have heard yet that the node is revoked.
    const record = await this.#live(node);
    if (record === undefined) throw nodeRevoked(node);
    try {
      const refused = await this.#place(record, node, target);
      return refused === undefined ? await this.#resolve(target, known) : refuse(name, refused);
    } catch (thrown) {
      return refuse(name, refusalFor(thrown));
    }
  }

  async projectsOf(node: EnrolledNode): Promise<readonly string[]> {
    const record = await this.#live(node);
    if (record === undefined) throw nodeRevoked(node);
    return [...record.projects].sort();
  }

  /** A node that does not exist any more counts as revoked: its certificate outlived it. */
  async #live({ organization, id, uid }: EnrolledNode): Promise<NodeRecord | undefined> {
    const record = await this.#options.nodes.find(organization, id);
    return record?.uid === uid && record.revokeTime === undefined ? record : undefined;
  }

  async #resolve(target: Target, known: string | undefined): Promise<Answer | undefined> {
    const { bundles } = this.#options;
    if (known !== undefined && (await bundles.digest(target)) === known) return undefined;
    const resolved = await bundles.resolve(target);
    const state = { target: target.name, bundle: writeBundle(resolved) };
    return { target: target.name, digest: resolved.digest, state };
  }

  async #place(record: NodeRecord, node: EnrolledNode, target: Target): Promise<Refused | undefined> {
    const facts = await this.#facts(record, target);
    const placement = decidePlacement(node, target, facts);
    if (placement.kind === "refused") return placement;
    if (placement.kind === "allowed") return undefined;
    // Two nodes may ask at once, or the workspace changes meanwhile: the store decides, and says which node has it then.
    const workspace = await this.#options.workspaces.claim(target.organization, target.id, node.name);
    const after = decidePlacement(node, target, { ...facts, workspace });
    if (after.kind === "claim") throw placementChanged();
    return after.kind === "refused" ? after : undefined;
  }

  async #facts(node: NodeRecord, target: Target): Promise<PlacementFacts> {
    const { workspaces, projects } = this.#options;
    if (target.level === "workspace")
      return { node, workspace: await workspaces.find(target.organization, target.id) };
    const project = await projects.find(target.organization, target.id);
    return { node, projectExists: project !== undefined };
  }
}

/** The node's rights changed between the look and the claim: the stream ends, and the agent asks again. */
function placementChanged(): KeyholdError {
  return new KeyholdError({
    code: "unavailable",
    message: "the node's rights changed while it claimed a workspace",
    next: "nothing; the agent goes on trying",
  });
}

/**
 * What a person has to change is a refusal, so that one target that cannot be resolved does not keep a node from its others.
 * @throws whatever may pass by itself, and defects: the stream ends and the agent keeps what it has
 */
function refusalFor(thrown: unknown): Refused {
  if (!(thrown instanceof KeyholdError) || thrown.retryable || thrown.code === "failed") throw thrown;
  const next = thrown.next ?? "look at it with: keyhold explain";
  return { kind: "refused", reason: thrown.message, next };
}

function refuse(target: string, refused: Refused): Answer {
  const { reason, next } = refused;
  const digest = createHash("sha256")
    .update(JSON.stringify([reason, next]))
    .digest("hex");
  return { target, digest: `refused:${digest}`, state: { target, refusal: { reason, next } } };
}
