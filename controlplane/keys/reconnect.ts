import { KeyholdError } from "../../common/errors.ts";
import {
  describePlace,
  isKmsKey,
  type KeyPlace,
  type KeyringDocument,
  placeOfKey,
  primaryOf,
  sameKey,
} from "./keyring-document.ts";

/**
 * The keyring for a start that says where the root key is: the same one, with that KMS key's address, token file and CA as
 * they are now. The very same object if nothing is new.
 * @param file names the keyring in errors
 * @throws KeyholdError `precondition` if the root key is elsewhere: only a rotation moves it
 */
export function reconnected(
  file: string,
  document: KeyringDocument,
  wanted: KeyPlace | undefined,
): KeyringDocument {
  const primary = primaryOf(document);
  if (wanted === undefined || primary === undefined) return document;
  const present = placeOfKey(primary);
  if (!sameKey(present, wanted)) throw elsewhere(file, present, wanted);
  if (wanted === "file" || JSON.stringify(present) === JSON.stringify(wanted)) return document;
  const keys = document.keys.map((entry) =>
    isKmsKey(entry) && sameKey(entry.kms, wanted) ? { ...entry, kms: wanted } : entry,
  );
  return { ...document, keys };
}

function elsewhere(file: string, present: KeyPlace, wanted: KeyPlace): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the root key of ${file} is in ${describePlace(present)}, not in ${describePlace(wanted)}`,
    next: "leave out the --kms flags, or move it with: keyhold server rotate-key, with the same --kms flags",
  });
}
