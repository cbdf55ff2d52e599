import { KeyholdError, messageOf } from "../../common/errors.ts";
import { shortName } from "../../common/resource-name.ts";
import { nameOfRow } from "../secrets/secret-name.ts";
import type { VersionRow } from "./version-rows.ts";

/** Versions that a rotation cannot read. It goes on with all others, and fails in the end. */
export class BrokenVersions {
  readonly #found: string[] = [];

  /**
   * @returns undefined, once the version is noted
   * @throws what `thrown` is if it says nothing about the version: a KMS that does not answer
   */
  note(row: VersionRow, thrown: unknown): undefined {
    const isItsOwn =
      thrown instanceof KeyholdError && (thrown.code === "precondition" || thrown.code === "failed");
    if (!isItsOwn) throw thrown;
    this.#found.push(`version ${row.version} of ${shortName(nameOfRow(row).name)} (${messageOf(thrown)})`);
    return undefined;
  }

  /** @throws KeyholdError `precondition` that names the first */
  throwIfAny(): void {
    const [first] = this.#found;
    if (first === undefined) return;
    const more = this.#found.length === 1 ? "" : `, and ${this.#found.length - 1} more`;
    throw new KeyholdError({
      code: "precondition",
      message: `${first}${more} cannot be read; all others have the new root key, and the old ones were kept`,
      next: "purge these secrets or restore a backup, then run rotate-key again",
    });
  }
}
