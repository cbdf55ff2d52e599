import { shortName } from "../../../common/resource-name.ts";
import type { PreviewSecretChangeRequest } from "../../../proto/gen/keyhold/v1/PreviewSecretChangeRequest.ts";
import type { _keyhold_v1_PreviewSecretChangeResponse_Effect__Output as Effect } from "../../../proto/gen/keyhold/v1/PreviewSecretChangeResponse.ts";
import { type Cli, withApi } from "../../cli.ts";
import { orDash } from "../../output/format.ts";
import type { Printer } from "../../output/printer.ts";
import type { Column } from "../../output/table.ts";

type Row = Omit<Effect, "action"> & { readonly action: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: "Workload", cell: (row) => orDash(shortName(row.target)) },
  { title: "Node", cell: (row) => orDash(shortName(row.node)) },
  { title: "Container", cell: (row) => orDash(row.containerName || row.containerId.slice(0, 12)) },
  { title: "Action", cell: (row) => row.action },
  { title: "Why", cell: (row) => row.reason },
];

/** Says what `--dry-run` does. */
export const DRY_RUN =
  "write nothing; list which workloads and containers it would restart, rewrite or leave alone";

/** Asks the server what a write would do, and shows the answer. */
export async function tryOut(cli: Cli, change: PreviewSecretChangeRequest): Promise<void> {
  const preview = await withApi(cli, (api) => api.call("SecretService", "PreviewSecretChange", change));
  for (const warning of preview.warnings) cli.printer.warn(warning);
  showEffects(cli.printer, preview.effects);
}

/** What a write would do, one line for each container, and for each workload without any. */
export function showEffects(printer: Printer, effects: readonly Effect[]): void {
  const rows = effects.map((effect) => ({ ...effect, action: wordOf(effect.action) }));
  printer.list(COLUMNS, rows, "no workload can get this secret");
  const counts = [...Map.groupBy(rows, (row) => row.action)].map(
    ([word, group]) => `${group.length} ${word}`,
  );
  if (rows.length > 0) printer.note(`a dry run, nothing was written: ${counts.join(", ")}`);
}

/** `NEXT_START` -> `next start` */
function wordOf(action: string): string {
  return action.toLowerCase().replace("_", " ");
}
