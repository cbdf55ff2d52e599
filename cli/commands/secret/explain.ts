import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import type { _keyhold_v1_ExplainWorkloadResponse_Candidate__Output as Candidate } from "../../../proto/gen/keyhold/v1/ExplainWorkloadResponse.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseTargetName } from "../../input/names.ts";
import { enumWord } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";

interface Row {
  readonly id: string;
  readonly candidate: Candidate;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "Name", cell: (row) => row.id },
  { title: "", cell: (row) => (row.candidate.wins ? "wins" : "-") },
  { title: "Stored at", cell: (row) => levelOf(row.candidate.secret) },
  { title: "Kind", cell: (row) => enumWord(row.candidate.kind) },
  { title: "Version", cell: (row) => String(row.candidate.version) },
  { title: "Why", cell: (row) => row.candidate.reason },
];

/** `keyhold explain` */
export function explainCommand(cli: Cli): Command {
  const explain = new Command("explain")
    .description("explain which secrets a workload gets and why each one wins")
    .argument("<target>", "a workspace or project: acme/workspaces/ws-1, acme/projects/web")
    .argument("[name]", "only this secret")
    .action(async (text: string, id: string | undefined) => {
      const { name: target } = parseTargetName(text);
      const request = { target, secretId: id ?? "" };
      const answer = await withApi(cli, (api) => api.call("SecretService", "ExplainWorkload", request));
      if (cli.printer.isJson) return cli.printer.json(answer);
      const rows = answer.entries.flatMap((entry) =>
        entry.candidates.map((candidate) => ({ id: entry.secretId, candidate })),
      );
      const what = id === undefined ? "no secrets" : `no secret ${id}`;
      cli.printer.list(COLUMNS, rows, `${what} for ${shortName(target)}`);
      for (const { scope, reason } of answer.withheld)
        cli.printer.note(`without the secrets of ${shortName(scope)}: ${reason}`);
    });
  return withExamples(
    explain,
    "keyhold explain acme/workspaces/ws-1",
    "keyhold explain acme/workspaces/ws-1 API_KEY",
  );
}

/** `organizations/acme/users/alice/secrets/API_KEY` -> `acme/users/alice` */
function levelOf(secret: string): string {
  return shortName(secret.slice(0, secret.lastIndexOf("/secrets/")));
}
