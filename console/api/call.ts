import type { MethodDefinition } from "@grpc/proto-loader";
import type { AuditServiceDefinition } from "../../proto/gen/keyhold/v1/AuditService.ts";
import type { NodeServiceDefinition } from "../../proto/gen/keyhold/v1/NodeService.ts";
import type { OrganizationServiceDefinition } from "../../proto/gen/keyhold/v1/OrganizationService.ts";
import type { ProjectServiceDefinition } from "../../proto/gen/keyhold/v1/ProjectService.ts";
import type { RolloutServiceDefinition } from "../../proto/gen/keyhold/v1/RolloutService.ts";
import type { SecretServiceDefinition } from "../../proto/gen/keyhold/v1/SecretService.ts";
import type { TokenServiceDefinition } from "../../proto/gen/keyhold/v1/TokenService.ts";
import type { UserServiceDefinition } from "../../proto/gen/keyhold/v1/UserService.ts";
import type { WorkspaceServiceDefinition } from "../../proto/gen/keyhold/v1/WorkspaceService.ts";
import { ApiError } from "./error.ts";
import type { Json } from "./json.ts";

interface Services {
  OrganizationService: OrganizationServiceDefinition;
  ProjectService: ProjectServiceDefinition;
  UserService: UserServiceDefinition;
  WorkspaceService: WorkspaceServiceDefinition;
  SecretService: SecretServiceDefinition;
  TokenService: TokenServiceDefinition;
  NodeService: NodeServiceDefinition;
  RolloutService: RolloutServiceDefinition;
  AuditService: AuditServiceDefinition;
}

type Names<S> = keyof { [K in keyof S as string extends K ? never : K]: true } & string;
/** `SecretService/ListSecrets` */
export type Method = { [S in keyof Services]: `${S}/${Names<Services[S]>}` }[keyof Services];
type Definition<M> = M extends `${infer S extends keyof Services}/${infer N}`
  ? N extends keyof Services[S]
    ? Services[S][N]
    : never
  : never;
export type Request<M extends Method> =
  // biome-ignore lint/suspicious/noExplicitAny: the other two types of a definition do not matter here
  Definition<M> extends MethodDefinition<any, any, infer I, any> ? Json<I> : never;
export type Response<M extends Method> =
  // biome-ignore lint/suspicious/noExplicitAny: as above
  Definition<M> extends MethodDefinition<any, any, any, infer O> ? Json<O> : never;

/** Says that a page of ours asks; without it the session's cookie does not count. */
export const OWN_PAGE = { "x-keyhold-console": "1" };

/**
 * A method of the API, by its JSON door.
 * @throws ApiError in the server's words
 */
export async function call<M extends Method>(
  method: M,
  request: Request<M>,
  signal?: AbortSignal,
): Promise<Response<M>> {
  const answer = await send(`/api/keyhold.v1.${method}`, request as object, signal);
  return (await answer.json()) as Response<M>;
}

/** @throws ApiError */
export async function send(path: string, body: object, signal?: AbortSignal): Promise<globalThis.Response> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { ...OWN_PAGE, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: signal ?? null,
  }).catch((thrown: unknown) => {
    if (signal?.aborted === true) throw thrown;
    throw ApiError.unreachable();
  });
  if (!answer.ok) throw await ApiError.of(answer);
  return answer;
}
