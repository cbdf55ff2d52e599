import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LIFE_OF_A_SECRET } from "../../../cli/help.ts";
import { silentLog } from "../../../common/log.ts";
import { parseServerConfig } from "../../../controlplane/config.ts";
import { type RunningServer, startServer } from "../../../controlplane/server.ts";
import { keyhold } from "./process.ts";

const ANY_PORT = "127.0.0.1:0";
let directory: string;
let server: RunningServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-walkthrough-"));
  const listen = { apiListen: ANY_PORT, nodeListen: ANY_PORT, httpListen: ANY_PORT };
  server = await startServer(
    parseServerConfig({ dataDirectory: join(directory, "data"), ...listen }),
    silentLog,
  );
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

/** The commands of the help, without what a shell adds: prompts, pipes, redirections, comments. */
const commands = LIFE_OF_A_SECRET.split("\n").flatMap((line) => {
  const [, command] = /^ {2}\$ (?:printf .* \| )?keyhold (.*?)(?: +#.*)?$/.exec(line) ?? [];
  return command === undefined ? [] : [command.replace(/ [<>] \S+$/, "")];
});

/** They start servers and agents, which other tests do. */
const isStart = (command: string) => /^(?:server|agent) start/.test(command);

describe("the walkthrough of keyhold --help", () => {
  it("works as printed, from the first login to a restored secret", { timeout: 240_000 }, async () => {
    const token = await readFile(server.ownerTokenFile, "utf8");
    const environment = { HOME: directory, PATH: process.env.PATH ?? "" };
    const failed: string[] = [];
    for (const command of commands.filter((each) => !isStart(each))) {
      const line = command
        .replace("127.0.0.1:7443", server.apiAddress)
        .replace("keyhold-data/ca.crt", server.caFile)
        .replace("'leaked'", "leaked");
      const stdin = command.startsWith("login") ? token : `value of ${command}`;
      const { code, stderr } = await keyhold(line.split(" "), { environment, stdin });
      if (code !== 0) failed.push(`${command}: ${stderr}`);
    }
    expect(failed).toEqual([]);
    expect(commands.length).toBeGreaterThan(18);
  });
});
