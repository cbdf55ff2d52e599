import { Alert } from "@mantine/core";
import { sentence } from "../api/error.ts";
import { idOf } from "../api/names.ts";
import type { Node } from "../api/types.ts";
import { AlertIcon } from "../parts/icons.tsx";
import { useNow } from "../parts/time.tsx";
import { warningsOf } from "./health.ts";
import classes from "./warnings.module.css";

/** What wants doing, above the table: each with the node, what is the matter, and what to do. */
export function Warnings({ nodes }: { readonly nodes: readonly Node[] }) {
  const warnings = warningsOf(nodes, useNow());
  if (warnings.length === 0) return null;
  const title = warnings.length === 1 ? "One thing wants doing" : `${warnings.length} things want doing`;
  return (
    <Alert
      color="yellow"
      variant="light"
      mb="md"
      icon={<AlertIcon />}
      title={title}
      classNames={{ title: classes.title }}
    >
      <ul className={classes.list}>
        {warnings.map(({ node, problem, advice }) => (
          <li key={node + problem}>
            <b>{idOf(node)}</b> {sentence(problem).replace(/^./, (first) => first.toLowerCase())}{" "}
            {sentence(advice)}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
