/** Every limit on what a workload can be given. Sizes are bytes. */

/** The kernel's limit for one string of an environment (MAX_ARG_STRLEN): `NAME=value` and its NUL. */
export const MAX_VARIABLE_BYTES = 128 * 1024;
/** All variables of one workload, counted by {@link variableBytes}. */
export const MAX_ENVIRONMENT_BYTES = 1024 * 1024;
/** The value of a secret that lands as a file or nowhere. No secret is larger. */
export const MAX_VALUE_BYTES = 1024 * 1024;
/** All values that one workload is delivered, of every kind. */
export const MAX_WORKLOAD_BYTES = 16 * 1024 * 1024;
/** Characters. */
export const MAX_NAME_LENGTH = 127;
export const MAX_USERNAME_LENGTH = 256;
export const MAX_COMMENT_LENGTH = 1024;
export const MAX_PATH_BYTES = 4096;
/** One part of a path, between two slashes. */
export const MAX_PATH_PART_BYTES = 255;
/** Permission bits of a file. */
export const MAX_MODE = 0o777;
/** 2^32 - 1 means "no change" to the kernel, so it is no owner. */
export const MAX_OWNER_ID = 2 ** 32 - 2;

/** What one variable takes of the environment: `NAME=value` and its NUL. */
export function variableBytes(name: string, valueBytes: number): number {
  return new TextEncoder().encode(name).length + 1 + valueBytes + 1;
}
