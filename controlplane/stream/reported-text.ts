import type { Report__Output } from "../../proto/gen/keyhold/v1/Report.ts";

/** What the engine allows in a container's name. */
const NAME = /[^A-Za-z0-9_.-]/g;
/** Control characters, and what changes the direction of text or is not shown. */
const INVISIBLE = /[\p{C}\u2028\u2029]+/gu;

/**
 * A report as it may be shown to people who do not run the node: without control characters, one line for each text, names made of
 * the characters that the engine allows in names. Whoever controls a node writes these texts; how long they may be is decided by
 * `report-limits.ts`.
 */
export function cleanReport(report: Report__Output): Report__Output {
  const containers = report.containers.map((container) => ({
    ...container,
    containerName: cleanName(container.containerName),
    rolloutGroup: cleanName(container.rolloutGroup),
    problem: cleanText(container.problem),
  }));
  return { ...report, containers };
}

/** An agent's version, as it reports it. */
export function cleanVersion(version: string): string {
  return cleanText(version);
}

function cleanName(name: string): string {
  return name.replace(NAME, "_");
}

function cleanText(text: string): string {
  return text.replace(INVISIBLE, " ").trim();
}
