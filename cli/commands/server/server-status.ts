import { Command } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { type Probe, probeServer } from "../../../common/grpc/probe.ts";
import { findSession } from "../../api/session.ts";
import type { Cli } from "../../cli.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";

interface Row {
  readonly server: string;
  /** `up`, `unreachable` or `untrusted`. */
  readonly status: string;
  /** RFC 3339; empty: unknown. */
  readonly certificateEndTime: string;
  /** The server's clock less this host's, in milliseconds. */
  readonly clockSkewMs: number | undefined;
  readonly problem: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "Server", cell: (row) => row.server },
  { title: "Status", cell: (row) => row.status },
  { title: "Certificate until", cell: (row) => row.certificateEndTime || "-" },
  { title: "Clock", cell: ({ clockSkewMs: skew }) => (skew === undefined ? "-" : clockText(skew)) },
  { title: "Problem", cell: (row) => row.problem || "-" },
];

const ABOUT = `
Every address of the login is tried. The exit code is 5 if one of them does not answer, and 1 if the certificate of one is not
accepted.`;

/** `keyhold server status` */
export function statusCommand(cli: Cli): Command {
  const status = new Command("status")
    .description("show the status of the control plane: reachability, certificate expiry and clock")
    .addHelpText("after", ABOUT)
    .action(() => showStatus(cli));
  return withExamples(status, "keyhold server status");
}

async function showStatus(cli: Cli): Promise<void> {
  const { server, ca } = await findSession(cli.surroundings.environment);
  const rows = await Promise.all(
    server.split(",").map(async (address) => rowOf(address, await probeServer(address, ca))),
  );
  cli.printer.list(COLUMNS, rows, "no server is known");
  const down = rows.find((row) => row.status !== "up");
  if (down === undefined) return;
  const isTrust = down.status === "untrusted";
  throw new KeyholdError({
    code: isTrust ? "failed" : "unavailable",
    message: isTrust
      ? `the certificate of ${down.server} is not accepted: ${down.problem}`
      : `cannot reach the control plane at ${down.server}: ${down.problem}`,
    next: "see what to do about it with: keyhold doctor",
  });
}

function rowOf(server: string, probe: Probe): Row {
  if (probe.kind !== "answers") {
    const { kind: status, reason: problem } = probe;
    return { server, status, certificateEndTime: "", clockSkewMs: undefined, problem };
  }
  const certificateEndTime = new Date(probe.certificateEnd).toISOString();
  return { server, status: "up", certificateEndTime, clockSkewMs: probe.skew, problem: "" };
}

function clockText(skew: number): string {
  const seconds = Math.round(Math.abs(skew) / 1000);
  if (seconds < 2) return "agrees with this host's";
  return `${seconds} s ${skew > 0 ? "ahead of" : "behind"} this host's`;
}
