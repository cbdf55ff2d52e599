import { X509Certificate } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { SecretValue } from "../../common/secret-value.ts";
import { readAtMost } from "./bytes.ts";

/**
 * The certificate of a CA. gRPC would take any text for one and then trust nobody, which looks like a server that is down.
 * @param field what named the file: `--ca-file`
 * @returns PEM
 * @throws KeyholdError `invalid` if it cannot be read or is no certificate
 */
export async function readCertificateFile(path: string, field: string): Promise<string> {
  const pem = await readFile(path, "utf8").catch((thrown: unknown) => {
    throw unreadable(path, field, thrown);
  });
  try {
    new X509Certificate(pem);
    return pem;
  } catch (thrown) {
    throw new KeyholdError({
      code: "invalid",
      field,
      message: `${path} (${field}) is not a certificate`,
      next: "give the server's DIR/ca.crt",
      cause: thrown,
    });
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
