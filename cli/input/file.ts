import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { SecretValue } from "../../common/secret-value.ts";
import { readAtMost } from "./bytes.ts";

/**
 * A file that was named on the command line or in the environment.
 * @param field what named it: `--ca-file`
 * @throws KeyholdError `invalid` if it cannot be read
 */
export async function readTextFile(path: string, field: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    throw unreadable(path, field, thrown);
  }
}

/**
 * The bytes of a file, exactly.
 * @throws KeyholdError `invalid` if it cannot be read or is larger than any secret can be
 */
export async function readSecretFile(path: string, field: string): Promise<SecretValue> {
  try {
    return SecretValue.of(await readAtMost(createReadStream(path)));
  } catch (thrown) {
    throw unreadable(path, field, thrown);
  }
}

const REASONS: Record<string, string> = {
  ENOENT: "there is no such file",
  EACCES: "you may not read it",
  EISDIR: "it is a directory",
};

function unreadable(path: string, field: string, thrown: unknown): KeyholdError {
  if (thrown instanceof KeyholdError) return thrown;
  const reason = REASONS[systemCodeOf(thrown) ?? ""] ?? messageOf(thrown);
  return new KeyholdError({
    code: "invalid",
    field,
    message: `cannot read ${path} (${field}): ${reason}`,
    next: `give the path of a file you can read to ${field}`,
    cause: thrown,
  });
}
