import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Moment } from "./contact.ts";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** The clocks of this machine. */
export function hostClock(): () => Moment {
  const boot = readFileSync(BOOT_ID, "utf8").trim();
  return () => ({ wall: Date.now(), uptime: uptime() * 1_000, boot });
}
