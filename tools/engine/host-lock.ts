import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { KeyholdError, systemCodeOf } from "../../common/errors.ts";

/**
 * Does something that only one process of this machine may do at a time.
 *
 * The lock is a listening abstract socket: the kernel gives a name to one process and takes it back when that process ends,
 * however it ends, so there is no stale lock to judge.
 */
export async function withHostLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const holder = await acquire(`\0${name}`, Date.now() + 120_000);
  try {
    return await work();
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
}

async function acquire(address: string, deadline: number): Promise<Server> {
  for (;;) {
    const server = await listen(address);
    if (server !== undefined) return server;
    if (Date.now() > deadline) {
      throw new KeyholdError({
        code: "timeout",
        message: `another process has held the lock ${address.slice(1)} for two minutes`,
        next: "look for a hanging test run and end it",
      });
    }
    await sleep(25);
  }
}

/** Undefined where another process has the name. */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once("error", (thrown) => {
      if (systemCodeOf(thrown) === "EADDRINUSE") resolve(undefined);
      else reject(thrown);
    });
    server.listen(address, () => resolve(server));
  });
}
