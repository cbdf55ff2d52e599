import { createHash } from "node:crypto";

/** How far the statement's time may be from the server's clock, either way. Milliseconds. */
export const STATEMENT_LIFE = 5 * 60_000;

/** What a node that asks for a new certificate signs with its key; see ReenrollRequest in agent_service.proto. */
export interface ReenrollStatement {
  /** Resource name of the node. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly signTime: number;
  /** As it is sent. */
  readonly certificateRequest: string;
}

/** The bytes that are signed: agent and control plane make them on their own. */
export function statementBytes({ name, signTime, certificateRequest }: ReenrollStatement): Buffer {
  const request = createHash("sha256").update(certificateRequest).digest("hex");
  return Buffer.from(`keyhold.v1.AgentService/Reenroll\n${name}\n${signTime}\n${request}`);
}
