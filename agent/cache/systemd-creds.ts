import { spawn } from "node:child_process";
import { KeyholdError, messageOf } from "../../common/errors.ts";

/** A TPM may take a second or two; a program that hangs must not keep containers from starting. */
const PATIENCE = 10_000;
const NAME = "keyhold-cache";

/** Seals a few bytes with a key that the machine keeps to itself: in its TPM, and in a file that only root may read. */
export interface MachineVault {
  /** @throws KeyholdError `unavailable` where the machine has none, or it does not work */
  seal(plain: Buffer): Promise<Buffer>;
  /** @throws KeyholdError `unavailable` as above, and for what another machine has sealed */
  open(sealed: Buffer): Promise<Buffer>;
}

/**
 * systemd-creds(1), of systemd 250 and later. `auto` takes TPM and host key together where there is a TPM. Bytes go through pipes:
 * neither side of it is in a file or an argument.
 */
export const SYSTEMD_CREDS: MachineVault = {
  seal: (plain) => run(["encrypt", `--name=${NAME}`, "--with-key=auto", "-", "-"], plain),
  open: (sealed) => run(["decrypt", `--name=${NAME}`, "-", "-"], sealed),
};

function run(args: readonly string[], input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("systemd-creds", args, {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: PATIENCE,
      killSignal: "SIGKILL",
    });
    const [output, said]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    // It ended without reading: its exit status says why.
    child.stdin.on("error", () => undefined);
    child.once("error", (thrown) => reject(unusable(messageOf(thrown), thrown)));
    child.once("close", (status, signal) => {
      if (status === 0) resolve(Buffer.concat(output));
      else
        reject(unusable(lastLine(said) ?? (signal === null ? `exit status ${status}` : `signal ${signal}`)));
    });
    child.stdin.end(input);
  });
}

function lastLine(chunks: readonly Buffer[]): string | undefined {
  return Buffer.concat(chunks).toString("utf8").trim().split("\n").at(-1) || undefined;
}

function unusable(reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "unavailable",
    message: `systemd-creds ${reason.startsWith("spawn") ? "is not installed" : `says: ${reason}`}`,
    cause,
  });
}
