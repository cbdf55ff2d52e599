import { join } from "node:path";
import { createServer } from "vite";

/**
 * `npm run console`: the console as it is edited, on http://127.0.0.1:5173, against the server of `npm start` (or KEYHOLD_HTTP).
 * The server takes the session's cookie only from pages of its own origin, so the proxy writes that into the header.
 */
const target = process.env.KEYHOLD_HTTP ?? "http://127.0.0.1:7480";
const CONSOLE = join(import.meta.dirname, "../../console");
const proxy = { target, changeOrigin: true, headers: { origin: target } };
const server = await createServer({
  root: CONSOLE,
  configFile: join(CONSOLE, "vite.config.ts"),
  server: { host: "127.0.0.1", port: 5173, proxy: { "/api": proxy, "/auth": proxy } },
});
await server.listen();
server.printUrls();
