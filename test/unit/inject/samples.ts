import { createHash } from "node:crypto";
import type { PlanInput } from "../../../agent/inject/plan/plan.ts";
import type { SpecFacts } from "../../../agent/inject/plan/types.ts";
import { parseRequest } from "../../../agent/watch/labels.ts";
import type { InjectionRequest } from "../../../agent/watch/request.ts";
import type { Bundle, ResolvedSecret } from "../../../common/bundle.ts";
import { SecretValue } from "../../../common/secret-value.ts";

export const TARGET = "organizations/acme/workspaces/ws-1";

/** Secrets as the control plane would send them. */
export function env(id: string, value: Uint8Array | string, version = 1): ResolvedSecret {
  return { ...base(id, value, version), kind: "env" };
}

export function file(
  id: string,
  value: Uint8Array | string,
  place: Partial<Pick<ResolvedSecret, "path" | "mode" | "ownerUid" | "ownerGid">> = {},
): ResolvedSecret {
  const path = `/run/secrets/${id}`;
  return { ...base(id, value, 1), kind: "file", path, mode: 0o400, ...place };
}

export function registry(id: string, host: string, username: string, password: string): ResolvedSecret {
  return { ...base(id, password, 1), kind: "registry", registry: host, username };
}

let revision = 0;
export function bundle(...secrets: readonly ResolvedSecret[]): Bundle {
  revision += 1;
  return { target: TARGET, revision, digest: `digest-${revision}`, secrets };
}

export function request(labels: Readonly<Record<string, string>> = {}): InjectionRequest {
  const parsed = parseRequest({ "keyhold.workspace": "acme/ws-1", ...labels });
  if (parsed === undefined) throw new Error("there is a label");
  return parsed;
}

export function facts(changes: Partial<SpecFacts> = {}): SpecFacts {
  return {
    env: ["PATH=/bin"],
    user: { uid: 1000, gid: 1000 },
    uidMappings: [],
    gidMappings: [],
    mounts: ["/proc"],
    ...changes,
  };
}

export function input(
  secrets: readonly ResolvedSecret[],
  labels: Readonly<Record<string, string>> = {},
  changes: Partial<SpecFacts> = {},
): PlanInput {
  return { container: "web", request: request(labels), bundle: bundle(...secrets), facts: facts(changes) };
}

function base(id: string, value: Uint8Array | string, version: number) {
  const bytes = SecretValue.of(value);
  const fingerprint = createHash("sha256").update(bytes.bytes()).digest("hex").slice(0, 16);
  return { id, secret: `organizations/acme/secrets/${id}`, version, value: bytes, fingerprint };
}
