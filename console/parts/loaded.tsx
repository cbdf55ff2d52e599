import { Alert } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError, sentence } from "../api/error.ts";
import { AlertIcon } from "./icons.tsx";
import { ErrorState, Loading } from "./states.tsx";

/** As much of a query as decides what is shown. */
export interface Reading<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

const PASSING: readonly string[] = ["unavailable", "timeout", "exhausted"];

/**
 * What was read, once it is there. If reading it again fails for a while, what was there stays, marked as old; if it is refused,
 * nothing of it stays.
 */
export function Loaded<Data>(props: {
  readonly query: Reading<Data>;
  readonly what?: string;
  readonly children: (data: Data) => ReactNode;
}) {
  const { data, error, refetch } = props.query;
  if (data === undefined && error === null)
    return <Loading {...(props.what === undefined ? {} : { what: props.what })} />;
  if (data === undefined || isFinal(error)) return <ErrorState error={error} retry={refetch} />;
  return (
    <>
      {error instanceof ApiError && (
        <Alert color="yellow" variant="light" mb="md" icon={<AlertIcon />} role="status">
          This is not up to date: {sentence(error.message)} It is tried again.
        </Alert>
      )}
      {props.children(data)}
    </>
  );
}

function isFinal(error: unknown): boolean {
  return error !== null && !(error instanceof ApiError && PASSING.includes(error.code));
}
