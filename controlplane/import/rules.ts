import { KeyholdError } from "../../common/errors.ts";
import { checkName, checkValue, warningsOf } from "../secrets/secret-rules.ts";
import type { ImportRules } from "./review.ts";

/** The rules of every secret of kind `env`, as answers instead of errors, so that a review can list them all. */
export const envRules: ImportRules = {
  checkName: (name) => refusalOf(() => checkName("env", name)),
  checkValue: (name, value) => refusalOf(() => checkValue("env", name, value)),
  warningsOf: (name, value) => warningsOf("env", name, value),
};

function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof KeyholdError && error.code === "invalid") return error.describe();
    throw error;
  }
}
