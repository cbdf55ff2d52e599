import { KeyholdError } from "../errors.ts";
import { MAX_MODE, MAX_OWNER_ID, MAX_USERNAME_LENGTH } from "./limits.ts";
import { defaultPath, reasonAgainstPath } from "./paths.ts";
import { normalizeRegistry } from "./registry-host.ts";

/** Reads a text, checks it and fills in the default. Throws KeyholdError `invalid` with the API's name of the field. */
type Settle<T> = (given: T | undefined, id: string) => T | undefined;

interface Common {
  /** In the API and in the database. */
  readonly column: string;
  /** The long flag of `keyhold secret set`, without its dashes. */
  readonly flag: string;
  /** What stands behind the flag. */
  readonly argument: string;
  /** For `keyhold secret set --help`, without the kind. */
  readonly help: string;
  /** In the console. */
  readonly label: string;
  readonly placeholder: string;
  /** Whether the console shows the field before one asks for more. */
  readonly seldom: boolean;
}

interface TextField extends Common {
  readonly type: "text";
  readonly settle: Settle<string>;
}

interface NumberField extends Common {
  readonly type: "number";
  /** How people write the number. */
  readonly base: 8 | 10;
  readonly max: number;
  readonly settle: Settle<number>;
}

/**
 * Every field of a secret that a container or a client of a registry is given beside the value. A new field is a new entry here, a
 * field of the messages `Secret` and `ResolvedSecret`, a column (a migration), and the code that delivers the field. Rules, rows,
 * messages, masks, flags and the console's form follow from this table.
 */
export const SECRET_FIELDS = {
  path: {
    type: "text",
    column: "path",
    flag: "path",
    argument: "path",
    help: "where it lands (default: /run/secrets/NAME)",
    label: "Path",
    placeholder: "/run/secrets/NAME",
    seldom: false,
    settle: (given, id) => (given === undefined || given === "" ? defaultPath(id) : checkPath(given)),
  },
  mode: {
    type: "number",
    base: 8,
    max: MAX_MODE,
    column: "mode",
    flag: "mode",
    argument: "octal",
    help: "its permission bits (default: 0400)",
    label: "Mode",
    placeholder: "0400",
    seldom: true,
    settle: (given) => (given === undefined ? 0o400 : checkMode(given)),
  },
  ownerUid: {
    type: "number",
    base: 10,
    max: MAX_OWNER_ID,
    column: "owner_uid",
    flag: "uid",
    argument: "number",
    help: "its owner (default: the container's user)",
    label: "Owner UID",
    placeholder: "the container’s",
    seldom: true,
    settle: (given) => (given === undefined ? undefined : checkOwner(given, "secret.owner_uid")),
  },
  ownerGid: {
    type: "number",
    base: 10,
    max: MAX_OWNER_ID,
    column: "owner_gid",
    flag: "gid",
    argument: "number",
    help: "its group (default: the container's group)",
    label: "Owner GID",
    placeholder: "the container’s",
    seldom: true,
    settle: (given) => (given === undefined ? undefined : checkOwner(given, "secret.owner_gid")),
  },
  registry: {
    type: "text",
    column: "registry",
    flag: "registry",
    argument: "host",
    help: "the registry's host, such as registry.example.com:5000",
    label: "Registry",
    placeholder: "ghcr.io",
    seldom: false,
    settle: (given) =>
      normalizeRegistry(needed(given, "registry", "registry", "give its host, like ghcr.io")),
  },
  username: {
    type: "text",
    column: "username",
    flag: "username",
    argument: "name",
    help: "the user name; the value is the password",
    label: "User name",
    placeholder: "robot",
    seldom: false,
    settle: (given) => checkUsername(needed(given, "username", "user name", "give username")),
  },
} as const satisfies Readonly<Record<string, TextField | NumberField>>;

export type FieldName = keyof typeof SECRET_FIELDS;
type TypeOf<N extends FieldName> = (typeof SECRET_FIELDS)[N]["type"] extends "text" ? string : number;

/** The fields beside the value; undefined where the kind has no such field, and for an owner that is the container's user. */
export type DeliveredFields = { readonly [N in FieldName]: TypeOf<N> | undefined };
export type FieldColumn = (typeof SECRET_FIELDS)[FieldName]["column"];
/** The same as columns of a row; null is SQL's. */
export type FieldColumns = {
  [N in FieldName as (typeof SECRET_FIELDS)[N]["column"]]: TypeOf<N> | null;
};

export const FIELD_NAMES = Object.keys(SECRET_FIELDS) as readonly FieldName[];

/** A fields record made of what `read` gives for each name. */
export function eachField(read: (name: FieldName) => string | number | undefined): DeliveredFields {
  return Object.fromEntries(FIELD_NAMES.map((name) => [name, read(name)])) as DeliveredFields;
}

/** The fields of a record that has more than these. */
export function fieldsIn(given: Partial<DeliveredFields>): DeliveredFields {
  return eachField((name) => given[name]);
}

/** The fields of an API message, in which an unset text is empty. */
export function fieldsOfMessage(
  message: Readonly<Partial<Record<FieldName, string | number | null | undefined>>>,
): DeliveredFields {
  return eachField((name) => {
    const value = message[name];
    return value === "" || value === null ? undefined : value;
  });
}

/** Only the fields that are set: left out is not 0, which is root. */
export function setFields(given: Partial<DeliveredFields>): { readonly [N in FieldName]?: TypeOf<N> } {
  return Object.fromEntries(Object.entries(fieldsIn(given)).filter(([, value]) => value !== undefined));
}

export function fieldsOfRow(row: Readonly<FieldColumns>): DeliveredFields {
  return eachField((name) => row[SECRET_FIELDS[name].column] ?? undefined);
}

export function rowOfFields(fields: DeliveredFields): FieldColumns {
  const columns = FIELD_NAMES.map((name) => [SECRET_FIELDS[name].column, fields[name] ?? null]);
  return Object.fromEntries(columns) as FieldColumns;
}

/** Checks one field and fills in its default. @throws KeyholdError `invalid` */
export function settleField(
  name: FieldName,
  given: string | number | undefined,
  id: string,
): string | number | undefined {
  const { settle } = SECRET_FIELDS[name] as { readonly settle: Settle<string | number> };
  return settle(given, id);
}

function needed(given: string | undefined, field: string, what: string, next: string): string {
  if (given !== undefined && given !== "") return given;
  throw invalid(`secret.${field}`, `a registry secret needs a ${what}`, next);
}

function checkPath(path: string): string {
  const reason = reasonAgainstPath(path);
  if (reason === undefined) return path;
  throw invalid(
    "secret.path",
    `the path ${JSON.stringify(path.slice(0, 200))} ${reason}`,
    "use an absolute path of a file, like /run/secrets/tls.crt",
  );
}

function checkMode(mode: number): number {
  if (Number.isInteger(mode) && mode >= 0 && mode <= MAX_MODE) return mode;
  throw invalid(
    "secret.mode",
    `mode ${mode} is not between 0 and 0777 (511)`,
    "use permission bits like 0400",
  );
}

function checkOwner(id: number, field: string): number {
  if (Number.isInteger(id) && id >= 0 && id <= MAX_OWNER_ID) return id;
  throw invalid(field, `${field} ${id} is not a user or group number`, `use 0 to ${MAX_OWNER_ID}`);
}

function checkUsername(username: string): string {
  // Docker's configuration joins the two with a colon; the first one ends the name.
  if (username.length <= MAX_USERNAME_LENGTH && !/[:\p{Cc}]/u.test(username)) return username;
  throw invalid(
    "secret.username",
    `the user name has a colon or control character, or more than ${MAX_USERNAME_LENGTH} characters`,
    "use the registry's user name",
  );
}

function invalid(field: string, message: string, next: string): KeyholdError {
  return new KeyholdError({ code: "invalid", field, message, next });
}
