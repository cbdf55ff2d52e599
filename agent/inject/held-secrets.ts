import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle, ResolvedSecret } from "../../common/bundle.ts";
import { messageOf, systemCodeOf } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { SecretValue } from "../../common/secret-value.ts";
import { canonicalPath, SECRETS_DIRECTORY } from "../../common/workload/paths.ts";
import { cannotWrite } from "../runtime/cannot-write.ts";
import type { ContainerFiles } from "./files/container-files.ts";
import { HELD_FILE } from "./files/tmpfs-shares.ts";

const NOTHING: ReadonlyMap<string, ResolvedSecret> = new Map();

/** A secret as it lies on the tmpfs: its value, or for one whose file lies there anyway the path and a hash to know it again. */
type Kept = Omit<ResolvedSecret, "value"> & ({ readonly value: string } | { readonly sha256: string });

export interface HeldSecretsOptions {
  readonly runDirectory: string;
  readonly files: Pick<ContainerFiles, "read">;
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

  /** What {@link begin} and {@link follow} write at most: bytes. */
  sizeOf(needed: ReadonlySet<string>, bundle: Bundle): number {
    return Buffer.byteLength(textOf(bundle.secrets.filter(({ id }) => needed.has(id))));
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
    const moved = bundle.secrets.filter((each) => {
      const known = before.get(each.id);
      return known !== undefined && each.kind !== "env" && known.kind === each.kind && isOther(known, each);
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
    try {
      mkdirSync(join(this.#root, container), { recursive: true, mode: 0o700 });
      writeFileSync(next, textOf([...secrets.values()]), { mode: 0o600 });
      renameSync(next, path);
    } catch (cause) {
      throw cannotWrite(`what container ${container} has to keep`, this.#options.runDirectory, cause);
    }
    this.#known.set(container, secrets);
  }

  #read(container: string): ReadonlyMap<string, ResolvedSecret> {
    const path = this.#path(container);
    try {
      const kept = JSON.parse(readFileSync(path, "utf8")) as Kept[];
      const found = kept.flatMap((each) => this.#restored(container, each) ?? []);
      return new Map(found.map((each) => [each.id, each]));
    } catch (thrown) {
      if (systemCodeOf(thrown) === "ENOENT") return NOTHING;
      // A parser's message quotes the text, which holds values.
      const reason = thrown instanceof SyntaxError ? "it is not JSON" : messageOf(thrown);
      this.#options.log.warn({ container, path, reason }, "cannot read what a container has to keep");
      return NOTHING;
    }
  }

  /** A container that may write to its own files must not make the agent give it another file of the host. */
  #restored(container: string, kept: Kept): ResolvedSecret | undefined {
    if ("value" in kept) return { ...kept, value: SecretValue.of(Buffer.from(kept.value, "base64")) };
    const { sha256, ...secret } = kept;
    const path = canonicalPath(secret.path ?? `${SECRETS_DIRECTORY}/${secret.id}`);
    const bytes = this.#options.files.read(container, path);
    if (bytes === undefined || hashOf(bytes) !== sha256) return undefined;
    return { ...secret, value: SecretValue.of(bytes) };
  }

  #path(container: string): string {
    return join(this.#root, container, HELD_FILE);
  }
}

function textOf(secrets: readonly ResolvedSecret[]): string {
  return JSON.stringify(
    secrets.map(({ value, ...rest }) =>
      rest.kind === "file"
        ? { ...rest, sha256: hashOf(value.bytes()) }
        : { ...rest, value: value.bytes().toString("base64") },
    ),
  );
}

function isOther(a: ResolvedSecret, b: ResolvedSecret): boolean {
  const essence = ({ value: _value, version: _version, ...rest }: ResolvedSecret) => JSON.stringify(rest);
  return essence(a) !== essence(b);
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
