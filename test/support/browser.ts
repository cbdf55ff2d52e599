import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { findProgram } from "../../common/command.ts";
import { ensureConsole } from "../../tools/console/build.ts";
import { engineMissing } from "./engine/engine.ts";

/** Where screenshots are left; git ignores it. */
const ARTEFACTS = join(import.meta.dirname, "../artefacts");
const ALONE = join(import.meta.dirname, "chromium-alone.sh");
const PROGRAM = findProgram("chromium");

/** Why the console cannot be tried here, for the name of a skipped test. */
export const browserMissing =
  engineMissing ??
  (PROGRAM === undefined ? "(chromium is not installed; run: apt-get install chromium)" : undefined);

export interface VisitOptions {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
}

/** One window of one person. */
export interface Visit {
  readonly page: Page;
  /** Types a token into the sign-in page, and waits for what is behind it. */
  signIn(token: string): Promise<void>;
  /** Everything the page asked for, in order. */
  readonly requests: readonly string[];
}

/**
 * Headless Chromium for a whole test file, in a network of its own. Whatever a page complains of, or asks of anybody else, fails the test.
 * @param others whom it may ask besides the control plane, as origins
 */
export function useBrowser(origin: () => string, others: () => readonly string[] = () => []) {
  let browser: Browser | undefined;
  const doors: Door[] = [];
  const contexts: BrowserContext[] = [];
  const problems: string[] = [];
  beforeAll(async () => {
    await ensureConsole();
    await mkdir(ARTEFACTS, { recursive: true });
    for (const one of [origin(), ...others()]) doors.push(await openDoor(new URL(one)));
    browser = await launch(doors);
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(problems.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    for (const door of doors) await door.close();
  });
  return {
    async visit(path: string, { width = 1280, scheme = "light" }: VisitOptions = {}): Promise<Visit> {
      if (browser === undefined) throw new Error("the browser is open only inside of tests");
      const viewport = { width, height: 800 };
      const context = await browser.newContext({ viewport, colorScheme: scheme, reducedMotion: "reduce" });
      contexts.push(context);
      const page = await context.newPage();
      const requests = watch(page, { ours: origin(), others: others() }, problems);
      await page.goto(origin() + path);
      return { page, requests, signIn: (token) => signIn(page, token) };
    },
  };
}

/** A way out of the browser's network. */
interface Door {
  readonly port: string;
  readonly socket: string;
  close(): Promise<void>;
}

/** A socket in the file system, where another network namespace reaches it. */
async function openDoor({ hostname, port }: URL): Promise<Door> {
  const directory = await mkdtemp(join(tmpdir(), "keyhold-browser-"));
  const socket = join(directory, "server.sock");
  const door = createServer((inside) => {
    const outside = connect(Number(port), hostname);
    inside.pipe(outside).pipe(inside);
    inside.on("error", () => outside.destroy());
    outside.on("error", () => inside.destroy());
  });
  door.listen(socket);
  await once(door, "listening");
  return {
    port,
    socket,
    close: async () => {
      door.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The tests are root, whom Chromium refuses its sandbox; it sees only pages of this server. */
function launch(doors: readonly Door[]): Promise<Browser> {
  const env = {
    ...process.env,
    KEYHOLD_TEST_NODE: process.execPath,
    KEYHOLD_TEST_CHROMIUM: PROGRAM,
    KEYHOLD_TEST_DOORS: doors.map(({ port, socket }) => `${port}=${socket}`).join(","),
  };
  return chromium.launch({ executablePath: ALONE, args: ["--no-sandbox"], env });
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel("API token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
  await page.getByLabel("API token").waitFor({ state: "detached" });
}

/** A violation of the policy is an error on the page's console. What the server refuses is none: that is what is tried. */
const REFUSAL = /^Failed to load resource: the server responded with a status of 4\d\d/;

interface Origins {
  readonly ours: string;
  /** What their pages do is none of ours. */
  readonly others: readonly string[];
}

function watch(page: Page, { ours, others }: Origins, problems: string[]): string[] {
  const requests: string[] = [];
  const isOf = (origins: readonly string[], url: string) => origins.some((one) => url.startsWith(`${one}/`));
  const complain = (problem: string) => {
    if (!isOf(others, page.url())) problems.push(problem);
  };
  page.on("console", (message) => {
    if (message.type() === "error" && !REFUSAL.test(message.text())) complain(message.text());
  });
  page.on("pageerror", (error) => complain(error.message));
  page.on("request", (request) => {
    requests.push(request.url());
    if (!isOf([ours, ...others], request.url())) complain(`asked ${request.url()}`);
  });
  return requests;
}

/** Left in test/artefacts/ for whoever wants to look. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
}

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe calls serious or critical, each with its first place. @param rules only these */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(await readFile(AXE, "utf8"));
  const options = JSON.stringify(rules === undefined ? {} : { runOnly: rules });
  const findings = (await page.evaluate(
    `axe.run(${options}).then(({ violations }) => violations)`,
  )) as Finding[];
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

/** Presses Tab until an element has this name: what cannot be reached so cannot be used with the keyboard. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const label = (await page.evaluate(NAME_OF_FOCUS)) as string;
    if (typeof name === "string" ? label === name : name.test(label)) return;
    seen.push(label);
  }
  throw new Error(`Tab does not reach ${String(name)}; it reaches ${seen.join(" | ")}`);
}

const NAME_OF_FOCUS = `(() => {
  const element = document.activeElement;
  const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent;
  return (label ?? element.textContent ?? "").trim();
})()`;
