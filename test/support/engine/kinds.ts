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

/** Every kind but the one that the rest of the suite runs on. */
export async function otherKinds(): Promise<readonly KindHere[]> {
  const chosen = chosenKindName() ?? "installed";
  const kinds: KindHere[] = [];
  for (const name of KIND_NAMES.filter((one) => one !== chosen)) kinds.push(await kindHere(name));
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
