/*
 * What is said over the agent's own socket (`agent.sock` in the run directory, root only): one line of JSON each way, then the
 * connection ends. The credential helper and `keyhold doctor` ask, the agent answers.
 */

/** `get` names a registry in any spelling. */
export type AgentRequest =
  | { readonly ask: "get"; readonly registry: string }
  | { readonly ask: "list" }
  | { readonly ask: "status" };

export interface AgentStatus {
  readonly version: string;
  readonly pid: number;
  /** Resource name. */
  readonly node: string;
  /** `host:port` of the node port. */
  readonly server: string;
  readonly connected: boolean;
  /** Why the control plane does not accept this node any more, and what to do: it was revoked. */
  readonly refused?: { readonly reason: string; readonly next: string } | undefined;
  /** Resource names of the projects whose registry credentials the host gets. */
  readonly projects: readonly string[];
  /** Every registry that they name; left out while one of them is not known. */
  readonly registries?: readonly string[] | undefined;
  /** Why a project's or a registry's credentials cannot be given. */
  readonly problems: readonly string[];
}

export interface AnsweredCredential {
  readonly username: string;
  readonly secret: string;
}

export type AgentAnswer =
  | { readonly credential: AnsweredCredential }
  /** User names by registry. */
  | { readonly registries: Readonly<Record<string, string>> }
  | { readonly status: AgentStatus }
  | {
      readonly error: { readonly code: string; readonly message: string; readonly next?: string | undefined };
    };

/** In the run directory. */
export const AGENT_SOCKET = "agent.sock";

/** Bytes of a question: a registry's name is 253 at most. */
export const MAX_REQUEST = 4096;

/** @returns undefined for what is no question that this release knows */
export function parseRequest(line: string): AgentRequest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("ask" in value)) return undefined;
  if (value.ask === "list" || value.ask === "status") return { ask: value.ask };
  if (value.ask !== "get" || !("registry" in value) || typeof value.registry !== "string") return undefined;
  return { ask: "get", registry: value.registry };
}
