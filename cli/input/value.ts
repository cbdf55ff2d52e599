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
export async function readToken(streams: Streams, question: string): Promise<string> {
  const terminal = streams.stdin.isTTY === true;
  const value = terminal
    ? await promptHidden(streams, question)
    : SecretValue.of(await readAtMost(streams.stdin));
  const token = value.text().trim();
  if (token.startsWith("kh_")) return token;
  throw new KeyholdError({
    code: "invalid",
    field: "token",
    message: token === "" ? "no token was given" : "that is not a token: tokens start with kh_",
    next: "pipe it in (keyhold login … < DIR/owner-token) or type it at the prompt",
  });
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
