import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { POSTGRES_PROGRAMS, postgresPrograms } from "../../tools/setup/packages.ts";

/** Why there can be no PostgreSQL here, or undefined. */
export function postgresMissing(): string | undefined {
  const programs = postgresPrograms();
  if (programs !== undefined) return undefined;
  const packages = POSTGRES_PROGRAMS.flatMap((need) => need.packages).join(", ");
  return `PostgreSQL's server is not installed (Debian package ${packages}, installed by npm test as root)`;
}

/** A real PostgreSQL of this test's own: a cluster in a temporary directory, on loopback and a socket beside its data. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  readonly #directory: string;
  readonly #process: ChildProcess;
  #databases = 0;

  private constructor(directory: string, port: number, process: ChildProcess) {
    this.#directory = directory;
    this.port = port;
    this.#process = process;
  }

  static async start(): Promise<PostgresServer> {
    const bin = postgresPrograms();
    if (bin === undefined) throw new Error(postgresMissing());
    const directory = mkdtempSync(join(tmpdir(), "keyhold-pg-"));
    const user = serverUser();
    if (user !== undefined) chownSync(directory, user.uid, user.gid);
    const data = join(directory, "data");
    // It asks who runs it and where: from the test's own directory another user could not even look around.
    const options = { cwd: directory, ...user };
    const made = spawnSync(
      join(bin, "initdb"),
      ["-D", data, "-U", "keyhold", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
      { ...options, encoding: "utf8" },
    );
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
    const port = await freePort();
    const settings = {
      listen_addresses: "127.0.0.1",
      port,
      unix_socket_directories: directory,
      fsync: "off",
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const process = spawn(join(bin, "postgres"), ["-D", data, ...args], { ...options, stdio: "ignore" });
    const server = new PostgresServer(directory, port, process);
    await server.#answers();
    return server;
  }

  /** A new and empty database; its URL. */
  async newDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `test_${this.#databases}`;
    await this.run(this.#url("postgres"), `create database ${name}`);
    return this.#url(name);
  }

  /** The same database through the socket: the way a server on the same host would have it. */
  socketUrl(url: string): string {
    return `postgres://keyhold@${new URL(url).pathname}?host=${this.#directory}&port=${this.port}`;
  }

  /** Runs one statement on a connection of its own. */
  async run<Row extends object>(url: string, text: string): Promise<Row[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, "exit");
    // "Immediate": connections that a failed test left do not hold it up.
    this.#process.kill("SIGQUIT");
    await ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #url(database: string): string {
    return `postgres://keyhold@127.0.0.1:${this.port}/${database}`;
  }

  async #answers(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.run(this.#url("postgres"), "select 1");
        return;
      } catch (thrown) {
        if (attempt === 100 || this.#process.exitCode !== null) throw thrown;
        await sleep(100);
      }
    }
  }
}

/** PostgreSQL refuses to run as root; its package has made a user for it. */
function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8")) ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
