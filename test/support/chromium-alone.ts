import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * Runs in a new network namespace, which has nothing but a loopback: starts Chromium there, and forwards the ports that it is to
 * reach, each to a socket of the test's. Two things come of it: a browser that asks anybody else gets no answer, and one that does not see
 * bridges come and go, for which Chromium would abort its requests (ERR_NETWORK_CHANGED).
 */
const { KEYHOLD_TEST_DOORS: doors = "", KEYHOLD_TEST_CHROMIUM: program = "" } = process.env;
execFileSync("ip", ["link", "set", "lo", "up"]);
for (const door of doors.split(",")) {
  const [port, socket = ""] = door.split("=");
  const server = createServer((inside) => {
    const outside = connect(socket);
    inside.pipe(outside).pipe(inside);
    inside.on("error", () => outside.destroy());
    outside.on("error", () => inside.destroy());
  });
  server.listen(Number(port), "127.0.0.1");
  await once(server, "listening");
}
// 3 and 4 are the pipes by which playwright speaks to it.
const browser = spawn(program, process.argv.slice(2), { stdio: [0, 1, 2, 3, 4] });
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => browser.kill(signal));
browser.on("exit", (code) => process.exit(code ?? 1));
