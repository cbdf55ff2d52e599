import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, systemCodeOf } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { SecretValue } from "../../common/secret-value.ts";
import { fieldsIn } from "../../common/workload/secret-field.ts";
import { deliveryOfKind } from "../../common/workload/secret-kind.ts";
import type { Bundle, ResolvedSecret } from "../bundle.ts";
import { cannotWrite } from "./files/cannot-write.ts";

const FILE = "held.json";
const NOTHING: ReadonlyMap<string, ResolvedSecret> = new Map();

export interface HeldSecretsOptions {
  readonly runDirectory: string;
  readonly log: Pick<Log, "warn">;
}

/**
 * The secrets that each running container needs, with their values, so that the container keeps them when its target loses them. They
 * lie on the agent's tmpfs, beside the container's files, and go with those. A variable is kept as the process was started with, a
 * file or a registry's credential as it was last delivered.
 */
export class HeldSecrets {
  readonly #root: string;
  readonly #options: HeldSecretsOptions;
  readonly #known = new Map<string, ReadonlyMap<string, ResolvedSecret>>();

  constructor(options: HeldSecretsOptions) {
    this.#options = options;
    this.#root = join(options.runDirectory, "containers");
  }

  /** At a start. Throws `exhausted` or `failed`. */
  begin(container: string, needed: ReadonlySet<string>, bundle: Bundle): void {
    const secrets = bundle.secrets.filter(({ id }) => needed.has(id));
    if (secrets.length === 0 && !existsSync(this.#path(container))) return void this.#known.delete(container);
    this.#write(container, new Map(secrets.map((each) => [each.id, each])));
  }

  /** After new values were delivered to a running container. Throws `exhausted` or `failed`. */
  follow(container: string, bundle: Bundle): void {
    const before = this.of(container);
    const moved = bundle.secrets.filter((secret) => {
      const known = before.get(secret.id);
      const isFixed = deliveryOfKind(secret.kind) === "variable";
      if (known === undefined || isFixed || known.kind !== secret.kind) return false;
      return contentOf(known) !== contentOf(secret);
    });
    if (moved.length === 0) return;
    this.#write(container, new Map([...before, ...moved.map((each) => [each.id, each] as const)]));
  }

  /** By id; empty for a container that needs none, or was started by an agent that did not keep any. */
  of(container: string): ReadonlyMap<string, ResolvedSecret> {
    const known = this.#known.get(container) ?? this.#read(container);
    this.#known.set(container, known);
    return known;
  }

  /** The file goes with the container's other files. */
  forget(container: string): void {
    this.#known.delete(container);
  }

  #write(container: string, secrets: ReadonlyMap<string, ResolvedSecret>): void {
    const path = this.#path(container);
    const next = `${path}.next`;
    const text = JSON.stringify(
      [...secrets.values()].map(({ value, ...rest }) => ({
        ...rest,
        value: value.bytes().toString("base64"),
      })),
    );
    try {
      mkdirSync(join(this.#root, container), { recursive: true, mode: 0o700 });
      writeFileSync(next, text, { mode: 0o600 });
      renameSync(next, path);
    } catch (cause) {
      throw cannotWrite(`what container ${container} has to keep`, this.#options.runDirectory, cause);
    }
    this.#known.set(container, secrets);
  }

  #read(container: string): ReadonlyMap<string, ResolvedSecret> {
    const path = this.#path(container);
    try {
      const found = JSON.parse(readFileSync(path, "utf8")) as (Omit<ResolvedSecret, "value"> & {
        value: string;
      })[];
      return new Map(
        found.map((each) => [each.id, { ...each, value: SecretValue.of(Buffer.from(each.value, "base64")) }]),
      );
    } catch (thrown) {
      if (systemCodeOf(thrown) === "ENOENT") return NOTHING;
      // A parser's message quotes the text, which holds values.
      const reason = thrown instanceof SyntaxError ? "it is not JSON" : messageOf(thrown);
      this.#options.log.warn({ container, path, reason }, "cannot read what a container has to keep");
      return NOTHING;
    }
  }

  #path(container: string): string {
    return join(this.#root, container, FILE);
  }
}

/** Equal if and only if the same bytes lie at the same place. */
function contentOf(secret: ResolvedSecret): string {
  return JSON.stringify([secret.fingerprint, fieldsIn(secret)]);
}
