import { once } from "node:events";
import { chmod, lstat, mkdir, stat, unlink } from "node:fs/promises";
import { connect, type Server } from "node:net";
import { dirname } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";

/** `sun_path` of the kernel has 108 bytes, the last of them NUL. */
const SOCKET_PATH_MAX_BYTES = 107;

/**
 * Makes sure that nothing but us will serve a unix socket at this path: its directory exists and is closed to other users,
 * and the path is free. What a crashed agent left behind is removed, but only once nobody answers there.
 *
 * Two agents that start in the same millisecond would both find the same stale socket: the caller holds a lock (one-agent.ts).
 */
export async function claimSocketPath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > SOCKET_PATH_MAX_BYTES) {
    throw new KeyholdError({
      code: "invalid",
      message: `the socket path ${path} has more than the ${SOCKET_PATH_MAX_BYTES} bytes the kernel allows`,
      next: "choose a shorter directory with --run-dir",
    });
  }
  await requirePrivateDirectory(dirname(path));
  const kind = await kindOf(path);
  if (kind === "nothing") return;
  if (kind === "other")
    throw unfit(
      `${path} exists and is not a socket`,
      "remove it, or choose another directory with --run-dir",
    );
  if (await answers(path)) {
    throw unfit(
      `another agent is already serving ${path}`,
      "stop it first, or give this one its own directory with --run-dir",
    );
  }
  await unlink(path).catch((cause) => {
    if (systemCodeOf(cause) !== "ENOENT")
      throw unfit(`cannot remove the stale socket ${path}: ${messageOf(cause)}`, "remove it", cause);
  });
}

/** Makes it 0700, or refuses one that is open to others: changing the mode of somebody else's directory is not ours to do. */
async function requirePrivateDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { mode, uid } = await stat(directory);
    if ((mode & 0o077) === 0 && uid === process.getuid?.()) return;
  } catch (cause) {
    throw unfit(
      `cannot use the directory ${directory}: ${messageOf(cause)}`,
      "choose another one with --run-dir",
      cause,
    );
  }
  throw unfit(
    `the directory ${directory} of the runtime socket is open to other users`,
    `close it with: chmod 700 ${directory}; or choose another one with --run-dir`,
  );
}

async function kindOf(path: string): Promise<"nothing" | "socket" | "other"> {
  try {
    return (await lstat(path)).isSocket() ? "socket" : "other";
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return "nothing";
    throw unfit(
      `cannot look at ${path}: ${messageOf(thrown)}`,
      "choose another directory with --run-dir",
      thrown,
    );
  }
}

/** Only a refused connection proves that nobody is there; any other trouble counts as somebody. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => resolve(!["ECONNREFUSED", "ENOENT"].includes(systemCodeOf(error) ?? "")));
  });
}

function unfit(message: string, next: string, cause?: unknown): KeyholdError {
  return new KeyholdError({ code: "precondition", message, next, cause });
}

/** Listens on a path that {@link claimSocketPath} has claimed; nobody but root can connect. Throws `failed`. */
export async function listenForRoot(server: Server, path: string): Promise<void> {
  try {
    server.listen({ path });
    await once(server, "listening");
    // The directory keeps others out until this line; from here on the socket itself does too.
    await chmod(path, 0o600);
  } catch (cause) {
    server.close();
    throw new KeyholdError({
      code: "failed",
      message: `cannot listen on ${path}: ${messageOf(cause)}`,
      cause,
    });
  }
}
