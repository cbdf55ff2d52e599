/**
 * Why a container was restarted: the closed list that is counted. `owed`: an earlier agent had stopped it for that. `refused`: its
 * restart policy could not start it, as nobody could be asked then.
 */
export type RestartReason = "env" | "files" | "env-and-files" | "owed" | "refused";

/** @param changed names of variables, and paths of files */
export function reasonOf(changed: readonly string[]): RestartReason {
  const files = changed.some((each) => each.startsWith("/"));
  const env = changed.some((each) => !each.startsWith("/"));
  if (!files && !env) return "owed";
  if (files && env) return "env-and-files";
  return files ? "files" : "env";
}
