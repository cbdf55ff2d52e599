import type { Duration__Output } from "../../proto/gen/google/protobuf/Duration.ts";
import type { FieldMask__Output } from "../../proto/gen/google/protobuf/FieldMask.ts";
import type { Timestamp__Output } from "../../proto/gen/google/protobuf/Timestamp.ts";

/**
 * A message as the JSON door speaks it (proto3 JSON): fields with their default are left out, bytes are base64, 64-bit numbers are
 * text, times RFC 3339, durations `600s`, masks `a,b`.
 */
export type Json<T> = T extends Timestamp__Output | Duration__Output | FieldMask__Output | Buffer
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : T extends number
      ? number | string
      : T extends object
        ? { readonly [K in keyof T]?: Json<NonNullable<T[K]>> | undefined }
        : T;

/** A number, whichever way it came; left out means 0. */
export function numberIn(value: number | string | undefined): number {
  return Number(value ?? 0);
}

const BITE = 0x8000;

/** For a field of bytes. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  // In bites: a value of 1 MiB is more than a call may have arguments.
  for (let at = 0; at < bytes.length; at += BITE) {
    text += String.fromCharCode(...bytes.subarray(at, at + BITE));
  }
  return btoa(text);
}

/** UTF-8. */
export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
