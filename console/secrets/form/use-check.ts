import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { call, type Request, type Response } from "../../api/call.ts";
import { ApiError } from "../../api/error.ts";

type Preview = Request<"SecretService/PreviewSecretChange">;
export type Effects = Response<"SecretService/PreviewSecretChange">;

/** What the server says to a write that is not written yet. */
export interface Check {
  /** What it would do; that of the last good check while the next is under way. */
  readonly effects: Effects | undefined;
  /** Why it would be refused. */
  readonly error: ApiError | undefined;
  readonly busy: boolean;
}

const PAUSE = 300;

/**
 * Has a write tried and taken back by the server whenever what is typed has paused: one call gives both the checks, in the server's own
 * words, and the effect. Not through the query cache, which would keep the value that is being typed.
 * @param change undefined: there is nothing to try
 * @param every milliseconds until it is tried again: containers come and go while one thinks
 */
export function useCheck(change: Preview | undefined, every?: number): Check {
  const [settled] = useDebouncedValue(change, PAUSE);
  const [check, setCheck] = useState<Check>({ effects: undefined, error: undefined, busy: false });
  const turn = useTurns(every);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn is a new try
  useEffect(() => {
    if (settled === undefined) {
      setCheck({ effects: undefined, error: undefined, busy: false });
      return;
    }
    const stop = new AbortController();
    setCheck((before) => ({ ...before, busy: true }));
    call("SecretService/PreviewSecretChange", settled, stop.signal).then(
      (effects) => setCheck({ effects, error: undefined, busy: false }),
      (thrown: unknown) => {
        if (stop.signal.aborted) return;
        const error = thrown instanceof ApiError ? thrown : ApiError.unreachable();
        setCheck({ effects: undefined, error, busy: false });
      },
    );
    return () => stop.abort();
  }, [settled, turn]);
  return { ...check, busy: check.busy || settled !== change };
}

/** Counts up now and then; never without a time. */
function useTurns(every: number | undefined): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (every === undefined) return;
    const timer = setInterval(() => setTurn((before) => before + 1), every);
    return () => clearInterval(timer);
  }, [every]);
  return turn;
}
