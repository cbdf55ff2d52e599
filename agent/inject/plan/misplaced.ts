import { KeyholdError } from "../../../common/errors.ts";
import { hasReference } from "../../../common/workload/references.ts";
import type { OciSpec } from "../../runtime/oci-spec.ts";

/**
 * Refuses a reference outside of a variable: the process would get it as that text. Replacing it there would show the value to
 * everybody who lists processes or inspects the container.
 * @param healthcheck the command of the container's HEALTHCHECK, where it is known
 * @throws KeyholdError `invalid` naming the place and the remedy
 */
export function refuseMisplacedReferences(
  container: string,
  { process, hostname }: OciSpec,
  healthcheck: readonly string[] = [],
): void {
  const { args, cwd } = process;
  const places: readonly (readonly [string, readonly unknown[]])[] = [
    ["its command or entry point", Array.isArray(args) ? args : []],
    ["its working directory", [cwd]],
    ["its health check", healthcheck],
    ["its host name", [hostname]],
  ];
  const found = places.find(([, texts]) =>
    texts.some((text) => typeof text === "string" && hasReference(text)),
  );
  if (found === undefined) return;
  throw new KeyholdError({
    code: "invalid",
    message: `container ${container} cannot be started: ${found[0]} has a reference to a secret, which is replaced in environment variables only`,
    next: `use a variable instead: -e VAR='\${secret:NAME}', and "$VAR" in a command that a shell runs (sh -c '… "$VAR"')`,
  });
}
