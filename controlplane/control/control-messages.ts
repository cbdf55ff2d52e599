import { z } from "zod";
import { ERROR_CODES, KeyholdError } from "../../common/errors.ts";
import type { RenewedOwnerToken } from "../identity/owner-token.ts";
import { KEY_PLACE } from "../keys/keyring-document.ts";
import type { RewrapProgress } from "../rotation/rewrap.ts";
import type { RotationRequest, RotationResult } from "../rotation/rotate.ts";

// What a command and the running server say to each other: one JSON request, then JSON lines until the end.

export const ROTATE_PATH = "/v1/rotate-key";
export const OWNER_TOKEN_PATH = "/v1/owner-token";

const REQUEST = z.strictObject({ place: KEY_PLACE.optional(), compromised: z.boolean().optional() });
const ERROR = z.object({ code: z.enum(ERROR_CODES), message: z.string(), next: z.string().optional() });
const LINE = z.union([
  z.object({ progress: z.object({ done: z.number(), total: z.number() }) }),
  z.object({
    result: z.object({
      rootKey: z.string(),
      place: z.string(),
      resumed: z.boolean(),
      rewrapped: z.number(),
      compromised: z.boolean(),
      dropped: z.array(z.string()),
    }),
  }),
  z.object({ ownerToken: z.object({ file: z.string(), revoked: z.number() }) }),
  z.object({ error: ERROR }),
]);

export type ControlLine =
  | { readonly progress: RewrapProgress }
  | { readonly result: RotationResult }
  | { readonly ownerToken: RenewedOwnerToken }
  | {
      readonly error: { readonly code: string; readonly message: string; readonly next: string | undefined };
    };

export function rotateRequest(request: RotationRequest): string {
  return JSON.stringify(request);
}

/** @throws KeyholdError `unimplemented` if it is not a request that this program knows */
export function parseRotateRequest(text: string): RotationRequest {
  return known(text, REQUEST);
}

/** @throws KeyholdError `unimplemented` if it is not a line that this program knows */
export function parseLine(text: string): z.infer<typeof LINE> {
  return known(text, LINE);
}

function known<T>(text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (thrown) {
    throw new KeyholdError({
      code: "unimplemented",
      message: "the command and the running server do not understand each other",
      next: "use the keyhold of the server's own version",
      cause: thrown,
    });
  }
}
