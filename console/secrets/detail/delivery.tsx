import { Progress } from "@mantine/core";
import { numberIn } from "../../api/json.ts";
import { useRead } from "../../api/queries.ts";
import type { RolloutStatus, Secret } from "../../api/types.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ContainerTable } from "../../rollouts/container-table.tsx";
import classes from "./delivery.module.css";

/** Which containers have the newest version: exact, as each node has acknowledged it. Looks again every second. */
export function Delivery({ secret }: { readonly secret: Secret }) {
  const status = useRead(
    "RolloutService/GetRolloutStatus",
    { secret: secret.name ?? "" },
    { every: 1_000, keep: true },
  );
  return (
    <Panel title="Delivery">
      <Loaded query={status}>{(data) => <Content status={data} />}</Loaded>
    </Panel>
  );
}

function Content({ status }: { readonly status: RolloutStatus }) {
  const { containers = [] } = status;
  if (containers.length === 0)
    return (
      <p className="dim">
        No container uses it now. One that is started gets it before its first instruction.
      </p>
    );
  return (
    <>
      <Summary status={status} />
      <ContainerTable containers={containers} newest={numberIn(status.version)} />
    </>
  );
}

function Summary({ status }: { readonly status: RolloutStatus }) {
  const [affected, delivered] = [numberIn(status.affected), numberIn(status.delivered)];
  const version = numberIn(status.version);
  const text =
    affected === 0
      ? `No running container waits for version ${version}`
      : `Version ${version} is delivered to ${delivered} of ${affected} ${affected === 1 ? "container" : "containers"}`;
  const value = affected === 0 ? 100 : (100 * delivered) / affected;
  return (
    <div className={classes.summary}>
      <span role="status">{text}</span>
      <Progress
        value={value}
        color={value === 100 ? "teal" : "blue"}
        transitionDuration={200}
        aria-label={text}
      />
    </div>
  );
}
