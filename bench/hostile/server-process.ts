import { readFile } from "node:fs/promises";
import { createLog } from "../../common/log.ts";
import { parseServerConfig } from "../../controlplane/config.ts";
import { startServer } from "../../controlplane/server.ts";
import type { ServerAddress } from "./parties.ts";

/** The server that is attacked, in a process of its own: its memory and its event loop are nobody else's. */
const [dataDirectory = ""] = process.argv.slice(2);
const any = "127.0.0.1:0";
const config = parseServerConfig({ dataDirectory, apiListen: any, nodeListen: any, httpListen: any });
const server = await startServer(config, createLog({ level: "warn", name: "bench", write: () => undefined }));
const address: ServerAddress = {
  pid: process.pid,
  api: server.apiAddress,
  node: server.nodeAddress,
  ca: await readFile(server.caFile, "utf8"),
  owner: (await readFile(server.ownerTokenFile, "utf8")).trim(),
};
process.send?.(address);
process.once("disconnect", () => void server.close().then(() => process.exit()));
