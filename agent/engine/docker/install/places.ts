import { createHash } from "node:crypto";
import { join } from "node:path";
import { KeyholdError } from "../../../../common/errors.ts";

/** Where everything of one agent lies on a host. All paths are absolute. */
export interface Places {
  /** Undefined for the host's first engine; another one's has a name: `keyhold agent install --instance build`. */
  readonly instance: string | undefined;
  /** Of the helper, its settings, and what was noted about the installation. */
  readonly library: string;
  /** The OCI runtime that the engine calls. */
  readonly helper: string;
  readonly record: string;
  /** The credential helper, on PATH; and its name in a Docker client's configuration. */
  readonly credentialHelper: string;
  readonly credentialName: string;
  readonly unit: string;
  readonly unitName: string;
  /** What `systemctl enable` makes. */
  readonly unitLinks: readonly string[];
  readonly joinFile: string;
  readonly stateDirectory: string;
  readonly runDirectory: string;
  readonly dockerSocket: string;
  /** The engine's daemon.json. */
  readonly dockerConfig: string;
  /** config.json of the host's Docker client. */
  readonly clientConfig: string;
}

export interface PlaceOptions {
  readonly instance?: string | undefined;
  /** What lies below it: `lib/keyhold`, `bin`. Default /usr/local. */
  readonly prefix?: string | undefined;
  readonly unitDirectory?: string | undefined;
  readonly stateDirectory?: string | undefined;
  readonly runDirectory?: string | undefined;
  readonly dockerSocket?: string | undefined;
  readonly dockerConfig?: string | undefined;
  readonly clientConfig?: string | undefined;
}

const INSTANCE = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
/** With keyhold-agent before docker.service in both, it starts with the machine and with the engine. */
const WANTED_BY = ["multi-user.target", "docker.service"];

export const SYSTEMD_UNITS = "/etc/systemd/system";

/** @throws KeyholdError `invalid` for an instance's name that cannot be part of a file's */
export function placesOf(options: PlaceOptions): Places {
  const { instance, prefix = "/usr/local", unitDirectory = SYSTEMD_UNITS } = options;
  if (instance !== undefined && !INSTANCE.test(instance)) throw unfitInstance(instance);
  const suffix = instance === undefined ? "" : `-${instance}`;
  const library = join(prefix, "lib", `keyhold${suffix}`);
  const unitName = `keyhold-agent${suffix}.service`;
  const stateDirectory = options.stateDirectory ?? `/var/lib/keyhold${suffix}`;
  const credentialName = `keyhold${suffix}`;
  return {
    instance,
    library,
    helper: join(library, "keyhold-runtime"),
    record: join(library, "install.json"),
    credentialHelper: join(prefix, "bin", `docker-credential-${credentialName}`),
    credentialName,
    unit: join(unitDirectory, unitName),
    unitName,
    unitLinks: WANTED_BY.map((target) => join(unitDirectory, `${target}.wants`, unitName)),
    joinFile: join(stateDirectory, "join-token"),
    stateDirectory,
    runDirectory: options.runDirectory ?? `/run/keyhold${suffix}`,
    dockerSocket: options.dockerSocket ?? "/var/run/docker.sock",
    dockerConfig: options.dockerConfig ?? "/etc/docker/daemon.json",
    clientConfig: options.clientConfig ?? "/root/.docker/config.json",
  };
}

function unfitInstance(instance: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    field: "--instance",
    message: `--instance ${JSON.stringify(instance)} is not a name`,
    next: "use up to 32 lower-case letters, digits and dashes",
  });
}

/** Tells two contents apart without keeping either. */
export function fingerprint(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
