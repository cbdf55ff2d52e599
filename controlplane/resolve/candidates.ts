import type { Scope } from "../../common/resource-name.ts";
import type { SecretRecord } from "../secrets/records.ts";
import type { Stores } from "../stores/stores.ts";
import type { Resolution, TargetFacts } from "./resolution.ts";
import { resolve } from "./resolve.ts";
import { scopesFor } from "./scopes.ts";

/**
 * Resolves many targets inside of one transaction: what they have in common is read once. After a write {@link renew} says which
 * scope has to be read again.
 */
export class Candidates {
  readonly #secrets: Pick<Stores["secrets"], "candidates">;
  readonly #byScope = new Map<string, readonly SecretRecord[]>();

  constructor(secrets: Pick<Stores["secrets"], "candidates">) {
    this.#secrets = secrets;
  }

  async resolve(facts: TargetFacts): Promise<Resolution<SecretRecord>> {
    const found: SecretRecord[] = [];
    for (const scope of scopesFor(facts)) found.push(...(await this.of(scope)));
    return resolve(facts, found);
  }

  async of(scope: Scope): Promise<readonly SecretRecord[]> {
    const known = this.#byScope.get(scope.name) ?? (await this.#secrets.candidates([scope]));
    this.#byScope.set(scope.name, known);
    return known;
  }

  renew(scope: Scope): void {
    this.#byScope.delete(scope.name);
  }
}
