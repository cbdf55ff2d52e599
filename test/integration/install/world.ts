import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type InstallWish, type Places, placesOf } from "../../../agent/maintenance.ts";

/** A host below a temporary directory: everything an installation touches. */
export interface Host extends AsyncDisposable {
  readonly root: string;
  readonly places: Places;
  wish(more?: Partial<InstallWish>): InstallWish;
  put(path: string, content: string, mode?: number): Promise<void>;
  /** Every file, link and directory with its content, mode and (files) time. */
  tree(): Promise<Readonly<Record<string, string>>>;
}

export const DAEMON = '{\n    "log-driver": "local",\n    "dns": ["10.0.0.2"]\n}\n';
export const CLIENT = '{ "auths": { "r.io": { "auth": "Ym90OnB3" } } }';
const LONG_AGO = new Date("2020-02-02T02:02:02Z");

export async function makeHost(engine: { socket?: string; configFile?: string } = {}): Promise<Host> {
  const root = await mkdtemp(join(tmpdir(), "keyhold-host-"));
  const at = (path: string) => join(root, path);
  const places = placesOf({
    prefix: at("usr/local"),
    unitDirectory: at("etc/systemd/system"),
    stateDirectory: at("var/lib/keyhold"),
    runDirectory: at("run/keyhold"),
    dockerSocket: engine.socket ?? at("run/docker.sock"),
    dockerConfig: engine.configFile ?? at("etc/docker/daemon.json"),
    clientConfig: at("root/.docker/config.json"),
  });
  return {
    root,
    places,
    wish: (more = {}) => ({
      places,
      isDefault: false,
      helper: Buffer.from("\x7fELF helper"),
      realRuntime: "/bin/true",
      keyhold: ["/opt/keyhold/bin/keyhold"],
      credentialHelper: ["/opt/keyhold/bin/docker-credential-keyhold"],
      programTree: [],
      server: undefined,
      joinToken: undefined,
      registries: ["quay.io"],
      ...more,
    }),
    put: async (path, content, mode = 0o644) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      await chmod(path, mode);
      await utimes(path, LONG_AGO, LONG_AGO);
    },
    tree: () => treeOf(root),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function treeOf(root: string): Promise<Readonly<Record<string, string>>> {
  const found = await readdir(root, { recursive: true });
  const entries = found.sort().map(async (name) => {
    const path = join(root, name);
    const { mode, mtimeMs, ...kind } = await lstat(path);
    const isLink = (mode & 0o170000) === 0o120000;
    const isFile = (mode & 0o170000) === 0o100000;
    void kind;
    const time = isFile ? ` ${Math.floor(mtimeMs)}` : "";
    const content = isLink ? await readlink(path) : isFile ? await readFile(path, "utf8") : "";
    return [name, `${mode.toString(8)}${time} ${content}`] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
