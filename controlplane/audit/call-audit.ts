import { KeyholdError } from "../../common/errors.ts";
import { statusName } from "../../common/grpc/status.ts";
import type { Log } from "../../common/log.ts";
import type { AuditLog } from "./audit-log.ts";
import { accessEntries, denialEntry } from "./call-entries.ts";
import type { DeferredRows } from "./deferred-rows.ts";
import { type Actor, AGENT_CONNECT, organizationOf } from "./event.ts";
import type { Refusals } from "./refusals.ts";

const DENIALS: readonly string[] = ["denied", "not-found", "unauthenticated"];

/** Which calls of the API are written down, and when: accesses before they are answered, denials after they are decided. */
export class CallAudit {
  readonly #audit: Pick<AuditLog, "as" | "record">;
  readonly #rows: Pick<DeferredRows, "record">;
  readonly #refusals: Pick<Refusals, "add">;
  readonly #log: Pick<Log, "error">;

  constructor(
    audit: Pick<AuditLog, "as" | "record">,
    rows: Pick<DeferredRows, "record">,
    refusals: Pick<Refusals, "add">,
    log: Pick<Log, "error">,
  ) {
    this.#audit = audit;
    this.#rows = rows;
    this.#refusals = refusals;
    this.#log = log;
  }

  /** Runs a call for who makes it. An access that cannot be written down is not answered. */
  answered<T>(actor: Actor, work: () => Promise<T>): Promise<T> {
    return this.#audit.as(actor, async () => {
      const response = await work();
      await this.#audit.record(accessEntries(actor, response), organizationOf(actor.principal));
      return response;
    });
  }

  /**
   * The caller is refused in any case: what cannot be written down here is an error of the server's, and in its log. A caller
   * who is not known leaves no row, and is counted in a metric only: without a credential nobody makes the log grow.
   */
  async refused(actor: Actor, request: unknown, thrown: unknown): Promise<void> {
    if (!(thrown instanceof KeyholdError) || !DENIALS.includes(thrown.code)) return;
    // DENIED without a known principal: the request itself carried a proof, like that of a revoked node that wants a certificate.
    if (actor.principal === "" && thrown.code !== "denied") return;
    try {
      const entry = denialEntry(actor, request, statusName(thrown));
      await this.#refusals.add(entry, organizationOf(actor.principal));
    } catch (err) {
      const { principal, action, requestId } = actor;
      this.#log.error({ err, principal, method: action, requestId }, "A denial could not be audited");
    }
  }

  /** A node's sign-in. Nodes connect also while the server's disk is full; the row then waits. */
  async connected(actor: Actor): Promise<void> {
    const { principal, address, requestId } = actor;
    const what = { action: AGENT_CONNECT, resource: principal, version: 0, result: "OK", comment: "" };
    const organization = organizationOf(principal);
    await this.#rows.record([{ organization, principal, address, requestId, ...what }]);
  }
}
