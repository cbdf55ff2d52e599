import { argv } from "node:process";
import { SealedCache } from "../../../agent/cache/sealed-cache.ts";
import { silentLog } from "../../../common/log.ts";
import { A, B, bundleOf, NO_VAULT, NODE } from "./world.ts";

/*
 * A process that keeps one value after the other until it is killed, and says which one is on disk for sure.
 * Arguments: the state directory, the number to go on from.
 */
const [stateDirectory = "", first = "0"] = argv.slice(2);
const cache = await SealedCache.open({
  stateDirectory,
  node: NODE,
  clock: () => ({ wall: Date.now(), uptime: 1, boot: "one" }),
  vault: NO_VAULT,
  readFacts: async () => new Map([["machine-id", "this host"]]),
  log: silentLog,
});
for (let number = Number(first); ; number += 1) {
  cache.keep(bundleOf(A, `value-${number}`));
  if (number % 2 === 0) cache.keep(bundleOf(B, `value-${number}`));
  else cache.forget(B);
  cache.contact(new Set([A]));
  await cache.settled();
  process.stdout.write(`${number}\n`);
}
