/**
 * Ends of refusals that code recognizes. The engine keeps of a failed start only its error text, so the reason has to be in that text;
 * the words around a marker are for people and may change. keyhold-runtime.c has its own copy, which a test compares.
 */
export const START_MARKERS = {
  /** No agent answered the runtime helper, so nothing is known of the container. */
  noAgent: "[keyhold:no-agent]",
  /** The agent could not know what to give: the control plane was unreachable. */
  noAnswer: "[keyhold:no-answer]",
  /** The agent starts the container itself when the reason has passed. */
  owed: "[keyhold:owed]",
} as const;

export type StartMarker = keyof typeof START_MARKERS;

/** Texts that helpers and agents of release 0.1 wrote where a marker stands now. A host's helper may be older than its agent. */
const EARLIER_TEXTS: Readonly<Record<StartMarker, readonly string[]>> = {
  noAgent: ["the keyhold agent is not running", "the keyhold agent did not answer in time"],
  noAnswer: ["control plane unreachable, and no secrets", "the keyhold agent found no answer"],
  owed: ["; the agent starts it when that is over"],
};

/** Whether the error of a failed start carries a marker, or the text of a release before markers. */
export function hasMarker(error: string, marker: StartMarker): boolean {
  return error.includes(START_MARKERS[marker]) || EARLIER_TEXTS[marker].some((text) => error.includes(text));
}
