import { MAX_NAME_LENGTH } from "./limits.ts";

const FIRST = "[A-Za-z_]";
const REST = MAX_NAME_LENGTH - 1;
const VARIABLE = new RegExp(`^${FIRST}[A-Za-z0-9_]{0,${REST}}$`);
const SECRET = new RegExp(`^${FIRST}[A-Za-z0-9_.-]{0,${REST}}$`);

const RESERVED = ["PATH", "HOME", "USER", "SHELL", "PWD", "HOSTNAME", "TERM", "DOCKER_CONFIG"];
const RESERVED_PREFIXES = ["LD_", "KEYHOLD_"];

/** Whether a secret of some kind can have this name. Names of variables are narrower: {@link isVariableName}. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}

export function isVariableName(name: string): boolean {
  return VARIABLE.test(name);
}

/** Whether no secret may set this variable: the container would not start, or would not behave as its image says. */
export function isReservedVariable(name: string): boolean {
  return RESERVED.includes(name) || RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix));
}
