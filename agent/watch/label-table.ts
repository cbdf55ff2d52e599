/** A label, as docs/reference/labels.md lists it. */
export interface LabelEntry {
  readonly label: string;
  /** What may be written behind `=`. */
  readonly values: string;
  /** What counts without the label. */
  readonly byDefault: string;
  readonly meaning: string;
}

/** Every label that keyhold reads, in the order of the documentation. A test compares docs/reference/labels.md with it. */
export const LABEL_TABLE = [
  {
    label: "keyhold.workspace",
    values: "`ORGANIZATION/WORKSPACE`",
    byDefault: "this or `keyhold.project` is required",
    meaning: "give the container what this workspace resolves to",
  },
  {
    label: "keyhold.project",
    values: "`ORGANIZATION/PROJECT`",
    byDefault: "this or `keyhold.workspace` is required",
    meaning: "give the container what this project resolves to",
  },
  {
    label: "keyhold.secrets",
    values: "`A,B,C?`",
    byDefault: "all",
    meaning: "give only these secrets; a missing one without `?` refuses the start",
  },
  {
    label: "keyhold.env.VAR",
    values: "`NAME`",
    byDefault: "variables have the names of their secrets",
    meaning: "give the secret `NAME` as the variable `VAR`",
  },
  {
    label: "keyhold.on-change",
    values: "`restart`, `signal:SIGHUP`, `files`, `ignore`, `service-update`",
    byDefault: "`restart`; `files` for `docker run --rm` and Compose one-offs",
    meaning: "what happens to the running container when a value changes",
  },
  {
    label: "keyhold.stop-timeout",
    values: "seconds, 0 to 86400",
    byDefault: "the container's own",
    meaning: "how long such a restart waits for the container to stop",
  },
  {
    label: "keyhold.rollout",
    values: "`GROUP`",
    byDefault: "no group",
    meaning: "restart the containers of a group in steps, also across hosts",
  },
  {
    label: "keyhold.max-unavailable",
    values: "a number from 1",
    byDefault: "1",
    meaning: "how many containers of the group may be down at once",
  },
  {
    label: "keyhold.window",
    values: "`Sat 02:00-04:00 UTC`",
    byDefault: "any time",
    meaning: "restart only inside this maintenance window",
  },
  {
    label: "keyhold.runtime",
    values: "a name in daemon.json",
    byDefault: "the engine's default runtime before keyhold",
    meaning: "the real OCI runtime of this container, such as `nvidia`",
  },
  {
    label: "keyhold.dependents",
    values: "`report`, `restart`",
    byDefault: "`report`",
    meaning: "what happens to the containers that share this one's network when it restarts",
  },
  {
    label: "keyhold.on-outage",
    values: "`last-good`, `fail`",
    byDefault: "`last-good`",
    meaning: "whether a start may use the last known values while the control plane is unreachable",
  },
  {
    label: "keyhold.max-age",
    values: "`24h`: a number and `s`, `m`, `h` or `d`",
    byDefault: "`24h`",
    meaning: "how old these values may be",
  },
] as const satisfies readonly LabelEntry[];

type Entry = (typeof LABEL_TABLE)[number]["label"];

/** The labels with a fixed name. */
export const KNOWN_LABELS = LABEL_TABLE.map(({ label }) => label).filter(
  (label): label is Exclude<Entry, "keyhold.env.VAR"> => label !== "keyhold.env.VAR",
);
