import type { Response } from "../../api/call.ts";

/** One entry of an import, with what the server would do with it. */
export type Entry = NonNullable<Response<"SecretService/ImportSecrets">["entries"]>[number];
