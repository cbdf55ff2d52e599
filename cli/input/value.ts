import { KeyholdError } from "../../common/errors.ts";
import { SecretValue } from "../../common/secret-value.ts";
import type { Surroundings } from "../surroundings.ts";
import { readAtMost } from "./bytes.ts";
import { readSecretFile } from "./file.ts";
import { promptHidden } from "./prompt.ts";

type Streams = Pick<Surroundings, "stdin" | "stderr">;

/**
 * The value of a secret: from a file, from what is piped in (both byte for byte, a newline at the end included), or from a
 * prompt without echo.
 * @throws KeyholdError `invalid` if there is no value: a pipe whose left side has failed must not become an empty secret
 */
export async function readValue(
  streams: Streams,
  question: string,
  file: string | undefined,
): Promise<SecretValue> {
  if (file !== undefined) return readSecretFile(file, "--from-file");
  if (streams.stdin.isTTY === true) return notEmpty(await promptHidden(streams, question));
  return notEmpty(SecretValue.of(await readAtMost(streams.stdin)));
}

/**
 * What is piped in, byte for byte.
 * @throws KeyholdError `invalid` if there is nothing: the left side of the pipe may have failed
 */
export async function readPiped(streams: Pick<Streams, "stdin">): Promise<SecretValue> {
  return notEmpty(SecretValue.of(await readAtMost(streams.stdin)));
}

/**
 * A token: as {@link readValue}, without the white space around it, which no token has.
 * @throws KeyholdError `invalid`
 */
export function readToken(streams: Streams, question: string): Promise<string> {
  return readCredential(streams, question, {
    ...{ field: "token", article: "a", prefix: "kh_" },
    next: "pipe it in (keyhold login … < DIR/owner-token) or type it at the prompt; an invitation needs --invite",
  });
}

/**
 * An invitation, as {@link readToken}.
 * @throws KeyholdError `invalid`
 */
export function readInvitation(streams: Streams, question: string): Promise<string> {
  return readCredential(streams, question, {
    ...{ field: "invitation", article: "an", prefix: "khi_" },
    next: "pipe it in (keyhold login … --invite < invitation) or type it at the prompt",
  });
}

async function readCredential(
  streams: Streams,
  question: string,
  kind: { readonly field: string; readonly article: string; readonly prefix: string; readonly next: string },
): Promise<string> {
  const { field, article, prefix, next } = kind;
  const isTerminal = streams.stdin.isTTY === true;
  const value = isTerminal
    ? await promptHidden(streams, question)
    : SecretValue.of(await readAtMost(streams.stdin));
  const text = value.text().trim();
  if (text.startsWith(prefix)) return text;
  const wrong = `that is not ${article} ${field}: ${field}s start with ${prefix}`;
  const message = text === "" ? `no ${field} was given` : wrong;
  throw new KeyholdError({ code: "invalid", field, message, next });
}

function notEmpty(value: SecretValue): SecretValue {
  if (value.size > 0) return value;
  throw new KeyholdError({
    code: "invalid",
    field: "value",
    message: "no value was given: standard input is empty",
    next: "pipe the value in, type it at the prompt, or use --from-file (--from-file /dev/null for an empty value)",
  });
}
