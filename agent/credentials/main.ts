import { text } from "node:stream/consumers";
import { askAgent } from "../credential-socket/ask.ts";
import { serveHelper } from "./helper.ts";

/*
 * `docker-credential-keyhold [--socket PATH] get|list|store|erase|version`. Nothing heavy is imported: Docker starts this at each pull.
 */
const words = process.argv.slice(2);
const socket = words[0] === "--socket" ? words.splice(0, 2)[1] : undefined;
const { output, complaint, code } = await serveHelper({
  action: words[0],
  input: () => text(process.stdin),
  socket: socket ?? "/run/keyhold/agent.sock",
  ask: askAgent,
});
process.stdout.write(`${output}\n`);
if (complaint !== undefined) process.stderr.write(`${complaint}\n`);
process.exitCode = code;
