import { SAMPLE } from "../../tools/stage/sample.ts";

/** A label, and the runtime that reads it: for `docker run`, `create` and what else takes options. */
export const LABELLED = ["--runtime", "keyhold", "-l", `keyhold.workspace=${SAMPLE.label}`] as const;

/** The same, without a network of its own: that takes half the time of a start. */
export const LABELLED_QUICK = [...LABELLED, "--network", "host"] as const;

const FILE = "/run/secrets/tls.crt";

/** Shows in a shell what its container was given of the sample's secrets, and as whom. */
export const SHOW_EVERYTHING = [
  'echo "$API_KEY"',
  "id -u; id -g",
  `stat -L -c '%a %u:%g' ${FILE}`,
  `cat ${FILE}`,
  'grep -o registry.example.com "$DOCKER_CONFIG/config.json"',
].join("; ");

/**
 * What it shows where everything is there, for this user.
 * @param key what API_KEY is, if it is not the sample's
 */
export function everything(user = "0:0", key: string = SAMPLE.values.user): string {
  const [uid, gid] = user.split(":");
  return [key, uid, gid, `400 ${user}`, `${SAMPLE.values.file}${SAMPLE.registry}`].join("\n");
}
