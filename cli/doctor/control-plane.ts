import { type Check, fail, ok, warn } from "../../agent/maintenance.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Probe } from "../../common/grpc/probe.ts";

/** What is known of the way to the control plane. */
export interface ControlPlaneFacts {
  /** Undefined: nobody is logged in here, and no node is enrolled. */
  readonly server: string | undefined;
  readonly probe: Probe | undefined;
  /** Undefined: nobody is logged in. */
  readonly token: "accepted" | KeyholdError | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MONTH = 30 * 24 * 60 * MINUTE;

/** Whether the control plane can be reached, trusted and called. Pure. */
export function judgeControlPlane(facts: ControlPlaneFacts): readonly Check[] {
  const { server, probe } = facts;
  if (server === undefined || probe === undefined) {
    const next = "log in: keyhold login --server HOST:PORT --ca-file FILE";
    return [
      warn(
        "server.reachable",
        "no control plane is known here: nobody is logged in, and no node is enrolled",
        next,
      ),
    ];
  }
  if (probe.kind === "unreachable") {
    const next =
      "check that it runs (keyhold server start), the address, and firewalls between here and there";
    return [fail("server.reachable", `${server} cannot be reached: ${probe.reason}`, next)];
  }
  const reachable = ok("server.reachable", `${server} answers`);
  if (probe.kind === "untrusted") return [reachable, untrusted(server, probe.reason)];
  return [
    reachable,
    certificate(server, probe.certificateEnd, facts.now),
    clock(probe.skew),
    token(facts.token),
  ];
}

function untrusted(server: string, reason: string): Check {
  const isName = /altname|Hostname/i.test(reason);
  return fail(
    "server.certificate",
    `the certificate of ${server} is not accepted: ${reason}`,
    isName
      ? "use a name that the certificate has, or start the server with --name for this one"
      : "give the CA of that server: keyhold login --ca-file DIR/ca.crt; if it was set up anew, log in and enroll again",
  );
}

function certificate(server: string, end: number, now: number): Check {
  const check = "server.certificate";
  const until = new Date(end).toISOString();
  if (end - now > MONTH) return ok(check, `the certificate of ${server} is trusted, and good until ${until}`);
  return warn(
    check,
    `the certificate of ${server} ends at ${until} and was not renewed`,
    "see the server's log: it renews by itself",
  );
}

/** Enrolling again and signing in take statements that are at most five minutes off. */
function clock(skew: number | undefined): Check {
  const check = "server.clock";
  if (skew === undefined)
    return warn(check, "the server does not say what its clock shows", "compare both with: date -u");
  const off = Math.round(Math.abs(skew) / SECOND);
  const reason =
    off < 2
      ? "both clocks agree"
      : `the server's clock is ${off} s ${skew > 0 ? "ahead of" : "behind"} this one`;
  if (Math.abs(skew) < 30 * SECOND) return ok(check, reason);
  const next = "set both by NTP: timedatectl set-ntp true";
  return Math.abs(skew) < 5 * MINUTE ? warn(check, reason, next) : fail(check, reason, next);
}

function token(token: ControlPlaneFacts["token"]): Check {
  const check = "server.token";
  if (token === "accepted") return ok(check, "your token is accepted");
  if (token === undefined) return ok(check, "nobody is logged in; an agent needs no login");
  return fail(check, token.message, token.next ?? "log in again: keyhold login");
}

/** Why a call with the token failed, as far as the token is to blame: a member of nothing may call nothing, and is who they are. */
export function tokenProblem(thrown: unknown): KeyholdError | "accepted" {
  const error = KeyholdError.from(thrown, "the token cannot be tried");
  return error.code === "denied" || error.code === "not-found" ? "accepted" : error;
}
