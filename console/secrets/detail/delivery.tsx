import { Progress } from "@mantine/core";
import { numberIn } from "../../api/json.ts";
import { scopeLabel } from "../../api/names.ts";
import { useRead } from "../../api/queries.ts";
import type { RolloutStatus, Secret } from "../../api/types.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ContainerTable } from "../../rollouts/container-table.tsx";
import { kindOf } from "../kinds.ts";
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
      <Loaded query={status}>{(data) => <Content status={data} secret={secret} />}</Loaded>
    </Panel>
  );
}

interface Known {
  readonly status: RolloutStatus;
  readonly secret: Secret;
}

function Content({ status, secret }: Known) {
  const { containers = [] } = status;
  if (containers.length === 0) return <p className="dim">{unused(secret)}</p>;
  return (
    <>
      <Summary status={status} secret={secret} />
      <ContainerTable containers={containers} newest={numberIn(status.version)} />
    </>
  );
}

/** Why no container has the secret. A new container gets it only where nothing overrides it. */
function unused({ kind, deleteTime, overriddenBy = [] }: Secret): string {
  if (deleteTime !== undefined) return "No container has this secret any more.";
  if (kindOf(kind) === "opaque") return "No container gets an opaque secret.";
  if (overriddenBy.length > 0)
    return `No running container uses this secret. It is overridden by: ${overriddenBy.map(scopeLabel).join(", ")}.`;
  return "No running container uses this secret. A new container that gets it has it before its first instruction.";
}

function Summary({ status, secret }: Known) {
  const [affected, delivered] = [numberIn(status.affected), numberIn(status.delivered)];
  const version = numberIn(status.version);
  const gone = secret.deleteTime !== undefined;
  const all = `${delivered} of ${affected} ${affected === 1 ? "container" : "containers"}`;
  if (affected === 0)
    return gone ? null : <p role="status">{`No running container waits for version ${version}`}</p>;
  const text = gone
    ? `Being removed: ${all} ${delivered === 1 ? "is" : "are"} without it`
    : `Version ${version} is delivered to ${all}`;
  const value = (100 * delivered) / affected;
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
