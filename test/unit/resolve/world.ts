import { parseScope, parseTarget, type Scope } from "../../../common/resource-name.ts";
import type { Candidate, TargetFacts } from "../../../controlplane/resolve/resolution.ts";

export const ACME = parseScope("acme");
export const WEB = parseScope("acme/projects/web");
export const ALICE = parseScope("acme/users/alice");
export const WS = parseScope("acme/workspaces/ws-1");

/** A workspace of alice, in web. */
export const WORKSPACE: TargetFacts = {
  target: parseTarget(WS.name),
  owner: ALICE.name,
  project: WEB.name,
  withheld: [],
};

/** A build container of web. */
export const BUILD: TargetFacts = {
  ...{ target: parseTarget(WEB.name), owner: undefined, project: undefined },
  withheld: [],
};

export function secret(scope: Scope, id: string, fields: Partial<Candidate> = {}): Candidate {
  return {
    scope,
    id,
    name: `${scope.name}/secrets/${id}`,
    kind: "env",
    version: 1,
    fingerprint: `${scope.name} ${id}`,
    path: undefined,
    mode: undefined,
    ownerUid: undefined,
    ownerGid: undefined,
    registry: undefined,
    username: undefined,
    only: undefined,
    ...fields,
  };
}

export function file(scope: Scope, id: string, path: string): Candidate {
  return secret(scope, id, { kind: "file", path, mode: 0o400 });
}

export function registry(scope: Scope, id: string, host: string): Candidate {
  return secret(scope, id, { kind: "registry", registry: host, username: "ci" });
}
