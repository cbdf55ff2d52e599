import type { KeyholdError } from "../../common/errors.ts";
import type { SecretValue } from "../../common/secret-value.ts";
import type { Actor } from "../audit/event.ts";

// What goes into signing in, and what comes out of it.

/** A command line that waits on this machine's loopback for a code. */
export interface CommandLine {
  readonly redirectUri: URL;
  /** Given back with the code, so that the command line knows the answer for its own. */
  readonly state: string;
  /** SHA-256, base64url, of what only the command line knows. */
  readonly codeChallenge: string;
}

/** Where somebody goes once it is known who they are. */
export type Destination =
  | { readonly kind: "browser"; readonly path: string }
  | { readonly kind: "command-line"; readonly commandLine: CommandLine };

export interface Session {
  readonly secret: SecretValue;
  readonly principal: string;
  /** Milliseconds since 1970. */
  readonly expireTime: number;
}

/** From where somebody signs in, for the audit log. */
export type Origin = Pick<Actor, "address" | "requestId">;

/** How a sign-in ended, as far as the browser is concerned. */
export type Ended =
  | { readonly kind: "browser"; readonly session: Session; readonly path: string }
  | { readonly kind: "command-line"; readonly principal: string; readonly next: URL }
  | { readonly kind: "failed"; readonly error: KeyholdError; readonly next: URL | undefined };
