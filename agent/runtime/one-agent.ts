import { dirname } from "node:path";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import { lockFile } from "../../common/files/process-lock.ts";

/**
 * Takes a lock for this agent, for as long as the process lives or until it is given back.
 * @param next what the second agent is told to do
 * @returns gives it back; to be held on to
 * @throws KeyholdError `precondition` where another agent has it, `failed` where there can be no such file
 */
export async function claimAlone(file: string, serving: string, next: string): Promise<() => void> {
  const release = await lock(file);
  if (release !== undefined) return release;
  throw new KeyholdError({
    code: "precondition",
    message: `another agent is already serving ${serving}`,
    next,
  });
}

async function lock(file: string): Promise<(() => void) | undefined> {
  try {
    await makeDirectory(dirname(file), 0o700);
    return lockFile(file);
  } catch (cause) {
    throw new KeyholdError({
      code: "failed",
      message: `cannot lock ${file}: ${messageOf(cause)}`,
      next: "check that the agent may write there",
      cause,
    });
  }
}
