import type { MethodDefinition } from "@grpc/proto-loader";
import type { KeyholdApi } from "../../common/grpc/protos.ts";

/** Services on the API port that this command line calls. */
export type ServiceName =
  | "OrganizationService"
  | "ProjectService"
  | "UserService"
  | "WorkspaceService"
  | "SecretService"
  | "TokenService"
  | "NodeService"
  | "RolloutService"
  | "AuditService";

type Methods<S extends ServiceName> = KeyholdApi[S]["service"];

export type MethodName<S extends ServiceName> = Exclude<keyof Methods<S>, number | symbol>;

export type Request<S extends ServiceName, M extends MethodName<S>> =
  Methods<S>[M] extends MethodDefinition<infer I, infer _O, infer _IO, infer _OO> ? I : never;

export type Response<S extends ServiceName, M extends MethodName<S>> =
  Methods<S>[M] extends MethodDefinition<infer _I, infer _O, infer _IO, infer OO> ? OO : never;

/** The control plane, as the signed-in caller sees it. */
export interface Api {
  /** @throws KeyholdError what the server answered, or that it cannot be reached */
  call<S extends ServiceName, M extends MethodName<S>>(
    service: S,
    method: M,
    request: Request<S, M>,
  ): Promise<Response<S, M>>;
  /**
   * What a streaming method answers, as it comes: no faster than it is read. Leaving the loop ends the call.
   * @param timeout milliseconds; undefined: as long as it takes
   * @throws KeyholdError as {@link call}, while it is read
   */
  stream<S extends ServiceName, M extends MethodName<S>>(
    service: S,
    method: M,
    request: Request<S, M>,
    timeout?: number,
  ): AsyncIterable<Response<S, M>>;
  close(): void;
}

/** Where the control plane is, whom to trust there, and who is calling. */
export interface Session {
  /** `host:port`, or several with commas between them: servers of one control plane, tried in this order. */
  readonly server: string;
  /** PEM; undefined: the authorities the machine trusts. */
  readonly ca: string | undefined;
  readonly token: string;
}

export type Connect = (session: Session) => Promise<Api>;

interface Page {
  readonly nextPageToken: string;
}

/**
 * All pages of a list, in the server's order.
 * @param fetch one page
 * @param items what of it is wanted
 */
export async function everyPage<P extends Page, T>(
  fetch: (page: { pageSize: number; pageToken: string }) => Promise<P>,
  items: (page: P) => readonly T[],
): Promise<T[]> {
  const all: T[] = [];
  let pageToken = "";
  do {
    const page = await fetch({ pageSize: 1000, pageToken });
    all.push(...items(page));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return all;
}
