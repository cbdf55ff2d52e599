import { KeyholdError } from "../../../common/errors.ts";
import { chosenKindName } from "../../../tools/engine/kinds/config.ts";
import { type EngineKind, engineKind } from "../../../tools/engine/kinds/kind.ts";
import { KIND_NAMES } from "../../../tools/engine/kinds/kind-name.ts";
import { engineMissing } from "./engine.ts";

/** One kind of engine as the tests see it here. */
export interface KindHere {
  /** Its name, and why it is skipped where it is. */
  readonly title: string;
  readonly kind: EngineKind | undefined;
}

/**
 * The kinds for the core tests: all but the installed one, on which the rest of the suite runs. Where KEYHOLD_TEST_ENGINE names one,
 * only that one: each of the others has a run of its own.
 */
export async function coreKinds(): Promise<readonly KindHere[]> {
  const chosen = chosenKindName();
  const names = chosen === undefined ? KIND_NAMES.filter((one) => one !== "installed") : [chosen];
  const kinds: KindHere[] = [];
  for (const name of names) kinds.push(await kindHere(name));
  return kinds;
}

async function kindHere(name: string): Promise<KindHere> {
  if (engineMissing !== undefined) return { title: `${name}: ${engineMissing}`, kind: undefined };
  try {
    return { title: name, kind: await engineKind(name) };
  } catch (thrown) {
    return { title: `${name}: ${KeyholdError.from(thrown, name).message}`, kind: undefined };
  }
}
