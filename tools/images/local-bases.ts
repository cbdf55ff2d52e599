import { command, requireProgram } from "../../common/command.ts";
import type { Engine } from "../engine/engine.ts";
import { importImage } from "../engine/images.ts";
import type { TarEntry } from "../engine/tar.ts";
import { buildImage } from "./build.ts";
import { compilerEntries } from "./compiler.ts";
import { programEntries, withoutRepeats } from "./machine-files.ts";
import { filledCache, NPM_CACHE, npmEntries } from "./npm.ts";

/** Two images for the arguments of the Dockerfile. */
export interface LocalBases {
  readonly BUILD_IMAGE: string;
  readonly RUN_IMAGE: string;
}

/** The image for building without the packages. */
const TOOLS = "keyhold/local-tools";

const USERS = ["root:x:0:0:root:/root:/bin/sh", "node:x:1000:1000:node:/home/node:/bin/sh"];
const GROUPS = ["root:x:0:", "node:x:1000:"];

/**
 * Makes what the Dockerfile takes from a registry of images out of what is installed on this machine: a shell and Node as
 * `node:26-bookworm-slim` has them, and the same with npm, a C compiler and the project's packages as `node:26-bookworm`.
 * Throws `precondition` and names what is missing here.
 * @param options.node the Node executable to take, 26 or newer
 * @param options.project the directory of package-lock.json
 */
export async function importLocalBases(
  engine: Pick<Engine, "socket" | "directory">,
  options: { readonly node: string; readonly project: string },
): Promise<LocalBases> {
  const bases: LocalBases = { BUILD_IMAGE: "keyhold/local-build", RUN_IMAGE: "keyhold/local-run" };
  const common = [...(await shellEntries()), ...(await programEntries(options.node, "usr/local/bin/node"))];
  const building = [...common, ...(await compilerEntries()), ...(await npmEntries(options.project))];
  const changes = ['CMD ["sh"]', "ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"];
  await Promise.all([
    importImage(engine, bases.RUN_IMAGE, withoutRepeats(common), changes),
    importImage(engine, TOOLS, withoutRepeats(building), changes),
  ]);
  // Built, not imported: the names in npm's cache are longer than our archives can hold.
  const dockerfile = `FROM ${TOOLS}\nCOPY . ${NPM_CACHE}\n`;
  await buildImage(engine, {
    context: await filledCache(options.project),
    dockerfile,
    tag: bases.BUILD_IMAGE,
  });
  return bases;
}

/** busybox with all its applets, and the users of the public image. */
async function shellEntries(): Promise<readonly TarEntry[]> {
  const busybox = requireProgram("busybox");
  const applets = (await command("busybox", ["--list-full"])).trim().split("\n");
  return [
    { kind: "directory", path: "tmp", mode: 0o1777 },
    { kind: "directory", path: "root", mode: 0o700 },
    { kind: "link", path: "var/run", mode: 0o777, target: "/run" },
    { kind: "directory", path: "home/node", mode: 0o755, owner: 1000 },
    { kind: "file", path: "etc/passwd", mode: 0o644, content: `${USERS.join("\n")}\n` },
    { kind: "file", path: "etc/group", mode: 0o644, content: `${GROUPS.join("\n")}\n` },
    ...(await programEntries(busybox, "bin/busybox")),
    ...applets
      .filter((path) => path !== "bin/busybox" && path !== "linuxrc")
      .map((path) => ({ kind: "link", path, mode: 0o777, target: "/bin/busybox" }) as const),
  ];
}
