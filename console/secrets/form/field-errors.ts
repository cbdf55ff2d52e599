import { FIELD_NAMES, SECRET_FIELDS } from "../../../common/workload/secret-field.ts";
import { type ApiError, sentence } from "../../api/error.ts";

/** The form's fields by the names that the server's refusals have for them. */
const FIELDS: Readonly<Record<string, string>> = {
  secret_id: "id",
  "secret.name": "id",
  name: "id",
  "secret.kind": "kind",
  "secret.value": "value",
  ...Object.fromEntries(
    FIELD_NAMES.flatMap((name) => [
      [`secret.${name}`, name],
      [`secret.${SECRET_FIELDS[name].column}`, name],
    ]),
  ),
  "secret.only": "only",
  "secret.comment": "comment",
};

/**
 * Where a refusal is to be shown. A text that has not been typed yet is not reproached, until one tries to save.
 * @param touched names of the fields that were typed in
 */
export function fieldErrors(error: ApiError | undefined, touched: ReadonlySet<string>) {
  const field = error === undefined ? undefined : fieldOf(error);
  const text = error === undefined ? "" : `${sentence(error.message)} ${sentence(error.next ?? "")}`.trim();
  return {
    /** What to write below a field. */
    at: (name: string): string | undefined => (field === name && touched.has(name) ? text : undefined),
    /** Of no field in particular. */
    elsewhere: field === undefined ? error : undefined,
  };
}

/** A change that another secret stands in the way of (its name is taken) is about the name. */
function fieldOf(error: ApiError): string | undefined {
  if (error.code === "exists") return "id";
  return error.field === undefined ? undefined : FIELDS[error.field.replace(/\[\d+\]$/, "")];
}
