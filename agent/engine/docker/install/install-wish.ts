import type { Places } from "./places.ts";

/** What is to be installed. */
export interface InstallWish {
  readonly places: Places;
  /** Make it the engine's default runtime, too. Stays so until it is uninstalled. */
  readonly isDefault: boolean;
  /** The helper, built for this machine. */
  readonly helper: Buffer;
  /** The program that runs containers; undefined: the engine's default runtime before keyhold. */
  readonly realRuntime: string | undefined;
  /** The commands `keyhold` and `docker-credential-keyhold` of this release, as words. */
  readonly keyhold: readonly string[];
  readonly credentialHelper: readonly string[];
  /** Files and directory trees of this release that root will run from then on. */
  readonly programTree: readonly string[];
  /** For the node's first start. */
  readonly server: string | undefined;
  readonly joinToken: string | undefined;
  /** Registries besides those that the agent names. */
  readonly registries: readonly string[];
}
