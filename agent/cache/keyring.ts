import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KeyholdError, systemCodeOf } from "../../common/errors.ts";
import { writeDurably } from "../../common/files/durable-file.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import type { Log } from "../../common/log.ts";
import { bindingOf, type HostFactName, type HostFacts } from "./host-facts.ts";
import { makeSealer, type Place, type Sealer } from "./seal.ts";
import type { MachineVault } from "./systemd-creds.ts";

/** What keeps the secret that the cache is sealed with. */
type Protection = "systemd-creds" | "key-file";

/** What the key file holds; `secret` is sealed by the machine, or bare for `key-file`. */
interface KeyFile {
  readonly format: 1;
  readonly protection: Protection;
  readonly secret: string;
  /** The facts of the host that the key is derived with. */
  readonly host: readonly HostFactName[];
  /** A sealed nothing: opens if and only if all of the above is right. */
  readonly check: string;
}

export interface KeyringOptions {
  /** Of the cache; made if missing, once there is something to keep. */
  readonly directory: string;
  /** Resource name. */
  readonly node: string;
  readonly facts: HostFacts;
  readonly vault: MachineVault;
  readonly log: Pick<Log, "info" | "warn">;
}

const FILE = "key.json";
const CHECK: Place = { kind: "key", name: "check" };

/** The key of one cache: found, or made when the first thing is to be kept. */
export class Keyring {
  readonly #options: KeyringOptions;
  #sealer: Promise<Sealer> | undefined;

  constructor(options: KeyringOptions) {
    this.#options = options;
  }

  /**
   * The key that earlier agents used; undefined if there is none.
   * @throws KeyholdError `failed`, with the reason, for one that cannot be used here and now: what it sealed cannot be read
   */
  async find(): Promise<Sealer | undefined> {
    const file = await this.#read();
    if (file === undefined) return undefined;
    const sealer = await this.#unlock(file);
    this.#sealer = Promise.resolve(sealer);
    this.#tell(file);
    return sealer;
  }

  /** The key to seal with: the one that was found, else a new one, for which the old one is given up. */
  get(): Promise<Sealer> {
    this.#sealer ??= this.#make().catch((thrown: unknown) => {
      // The next one who needs it tries again.
      this.#sealer = undefined;
      throw thrown;
    });
    return this.#sealer;
  }

  /** Without it nothing that was sealed can ever be read again. */
  async destroy(): Promise<void> {
    this.#sealer = undefined;
    await rm(this.#path, { force: true });
  }

  get #path(): string {
    return join(this.#options.directory, FILE);
  }

  async #read(): Promise<KeyFile | undefined> {
    try {
      const file = JSON.parse(await readFile(this.#path, "utf8")) as KeyFile;
      if (file.format !== 1) throw new Error("it was written by another release");
      return file;
    } catch (cause) {
      if (systemCodeOf(cause) === "ENOENT") return undefined;
      throw KeyholdError.from(cause, `${this.#path} cannot be used`);
    }
  }

  async #unlock(file: KeyFile): Promise<Sealer> {
    const { facts, node, vault } = this.#options;
    const host = bindingOf(facts, file.host);
    if (host === undefined)
      throw elsewhere(this.#path, "this host does not say what that one said of itself");
    const secret = Buffer.from(file.secret, "base64");
    try {
      const bare = file.protection === "systemd-creds" ? await vault.open(secret) : secret;
      const sealer = makeSealer(bare, host, node);
      sealer.open(CHECK, Buffer.from(file.check, "base64"));
      return sealer;
    } catch (cause) {
      throw elsewhere(this.#path, KeyholdError.from(cause, "it does not open").message, cause);
    }
  }

  async #make(): Promise<Sealer> {
    const { directory, facts, node } = this.#options;
    const host = [...facts.keys()];
    const bare = randomBytes(32);
    const sealer = makeSealer(bare, bindingOf(facts, host) ?? "", node);
    const check = sealer.seal(CHECK, Buffer.alloc(0)).toString("base64");
    const file: KeyFile = { format: 1, ...(await this.#protect(bare)), host, check };
    await makeDirectory(dirname(directory), 0o700);
    await makeDirectory(directory, 0o700);
    await writeDurably(this.#path, Buffer.from(`${JSON.stringify(file)}\n`));
    this.#tell(file);
    return sealer;
  }

  /** What was sealed is opened at once: a machine that cannot do that now would not do it after the next start either. */
  async #protect(bare: Buffer): Promise<Pick<KeyFile, "protection" | "secret">> {
    const { vault, log } = this.#options;
    try {
      const sealed = await vault.seal(bare);
      if (!(await vault.open(sealed)).equals(bare)) {
        throw new KeyholdError({
          code: "unavailable",
          message: "systemd-creds opens something else than it sealed",
        });
      }
      return { protection: "systemd-creds", secret: sealed.toString("base64") };
    } catch (thrown) {
      const reason = KeyholdError.from(thrown, "systemd-creds does not work").message;
      log.warn({ path: this.#path, reason }, "the cache's key is kept in a file, which only root may read");
      return { protection: "key-file", secret: bare.toString("base64") };
    }
  }

  #tell({ protection, host }: KeyFile): void {
    const reason = `protected by ${protection}, bound to ${host.length > 0 ? host.join(" and ") : "nothing of this host"}`;
    this.#options.log.info({ path: this.#path, reason }, "the sealed cache has its key");
  }
}

function elsewhere(path: string, reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `${path} cannot be opened on this host: ${reason}`,
    next: "nothing if this state directory was copied or the machine was changed: a new key is made once the control plane answers",
    cause,
  });
}
