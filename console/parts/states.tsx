import { Button, Loader, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError, sentence } from "../api/error.ts";
import { Command } from "./command.tsx";
import { AlertIcon } from "./icons.tsx";
import classes from "./states.module.css";

/** While something is read for the first time. */
export function Loading({ what = "Loading" }: { readonly what?: string }) {
  return (
    <div className={classes.state} role="status">
      <Loader size="sm" aria-hidden="true" />
      <span className="dim">{what}…</span>
    </div>
  );
}

/** What the server said, and a way to ask again. */
export function ErrorState({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry?: (() => unknown) | undefined;
}) {
  const { title, message, next } = explain(error);
  return (
    <div className={classes.state} role="alert">
      <span className={classes.bad}>
        <AlertIcon size={28} />
      </span>
      <Title order={2}>{title}</Title>
      <p className={classes.text}>{message}</p>
      {next !== "" && <p className={classes.text}>{next}</p>}
      {retry !== undefined && (
        <Button variant="default" onClick={() => void retry()}>
          Try again
        </Button>
      )}
    </div>
  );
}

const TITLES: Readonly<Record<string, string>> = {
  denied: "You may not see this",
  "not-found": "Not found",
  unavailable: "The server cannot be reached",
  unimplemented: "Not in this release",
};

function explain(error: unknown): {
  readonly title: string;
  readonly message: string;
  readonly next: string;
} {
  if (!(error instanceof ApiError))
    return { title: "Something went wrong", message: sentence(String(error)), next: "" };
  const title = TITLES[error.code] ?? "That did not work";
  return { title, message: sentence(error.message), next: sentence(error.next ?? "") };
}

/** Nothing is there yet: what would be, how to make it here, and how on the command line. */
export function EmptyState(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** One command for each line. */
  readonly commands?: readonly string[];
}) {
  return (
    <div className={classes.state}>
      <span className={classes.icon}>{props.icon}</span>
      <Title order={2}>{props.title}</Title>
      <div className={classes.text}>{props.children}</div>
      {props.action}
      {props.commands !== undefined && (
        <div className={classes.commands}>
          <span className="dim">On the command line</span>
          {props.commands.map((command) => (
            <Command key={command}>{command}</Command>
          ))}
        </div>
      )}
    </div>
  );
}
