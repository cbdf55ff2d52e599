import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Where things lie in a clone. */
export const PROJECT = {
  root,
  /** Made again whenever it is missing; git ignores it. On disk, and programs in it may be run: /run and /tmp often forbid that. */
  cache: join(root, ".cache"),
  /** What `npm start` keeps from one run to the next; git ignores it. */
  data: join(root, "var"),
  helperSource: join(root, "agent/runtime/keyhold-runtime.c"),
  native: join(root, ".cache/native"),
} as const;
