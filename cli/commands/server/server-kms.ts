import { resolve } from "node:path";
import type { Command } from "commander";
import type { KmsFlags } from "../../../controlplane/config.ts";

/** `--kms` and what belongs to it. */
export function withKmsOptions(command: Command): Command {
  return command
    .option(
      "--kms <kind>",
      "where the root key is: file (keys.json) or vault-transit (Vault's or OpenBao's Transit)",
    )
    .option("--kms-address <url>", "of the KMS: https://vault.example.com:8200")
    .option("--kms-mount <path>", "of the Transit engine (default: transit)")
    .option("--kms-key <name>", "of the key in it")
    .option("--kms-token-file <file>", "holds the KMS token; read at each call, so it can be renewed")
    .option("--kms-ca-file <file>", "the CA of the KMS's certificate (default: the system's)");
}

/** The flags with absolute paths: they are kept in keys.json, for every later start. */
export function kmsFlagsOf(options: KmsFlags): KmsFlags {
  const { kms, kmsAddress, kmsMount, kmsKey, kmsTokenFile, kmsCaFile } = options;
  const absolute = (path: string | undefined) => (path === undefined || path === "" ? path : resolve(path));
  return {
    ...{ kms, kmsAddress, kmsMount, kmsKey },
    kmsTokenFile: absolute(kmsTokenFile),
    kmsCaFile: absolute(kmsCaFile),
  };
}
