import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { findProgram } from "../../common/command.ts";
import { PROJECT } from "../stage/project.ts";
import { type People, SAMPLE, seedSample, setEnv } from "../stage/sample.ts";
import { openStage, type Stage } from "../stage/stage.ts";
import { ensureConsole } from "./build.ts";

/** The README's pictures, anew: `sh tools/run tools/console/screenshots.ts`. Needs root and Debian's chromium. */
const OUTPUT = join(PROJECT.root, "docs/screenshots");
const SIZE = { width: 1180, height: 700 };
const LOOP = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];

await ensureConsole();
await mkdir(OUTPUT, { recursive: true });
await using stage = await openStage({ image: "keyhold/sample" });
const people = await seedSample(stage);
await furnish(stage, people);
const browser = await chromium.launch({
  executablePath: findProgram("chromium") ?? "chromium",
  args: ["--no-sandbox"],
});
try {
  await picture(browser, "secrets", "light", async (page) => {
    await page.getByRole("cell", { name: "STRIPE_API_KEY" }).waitFor();
  });
  await picture(browser, "preview", "light", async (page) => {
    await page.getByRole("link", { name: "My secrets" }).click();
    await page.getByRole("button", { name: "New secret" }).click();
    await page.getByLabel("Name").fill("PAYMENT_TOKEN");
    await page.getByLabel("Value", { exact: true }).fill("a value that is not shown");
    await page.getByText("2 restarted").waitFor();
  });
  await picture(browser, "workspace", "dark", async (page) => {
    await page.getByRole("link", { name: "Workspaces" }).click();
    await page.getByRole("link", { name: "ws-1" }).click();
    await page.getByRole("row", { name: /shop/ }).getByText("API_KEY", { exact: true }).waitFor();
  });
} finally {
  await browser.close();
}

/** A little more than the sample, so that there is something to see. */
async function furnish({ docker }: Stage, { owner, alice }: People): Promise<void> {
  for (const name of ["STRIPE_API_KEY", "SENTRY_DSN", "SMTP_PASSWORD", "LICENSE_KEY"]) {
    await setEnv(owner, SAMPLE.organization, name, "sample");
  }
  await setEnv(alice, SAMPLE.user, "STRIPE_API_KEY", "sample");
  for (const name of ["shop", "worker"]) {
    const labels = ["-l", `keyhold.workspace=${SAMPLE.label}`];
    await docker("run", "-d", "--name", name, "--runtime", "keyhold", ...labels, "keyhold/sample", ...LOOP);
  }
}

async function picture(
  browser: Browser,
  name: string,
  scheme: "light" | "dark",
  prepare: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: SIZE, colorScheme: scheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`http://${stage.server.httpAddress}/`);
  await page.getByLabel("API token").fill(people.aliceToken);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Organization secrets" }).waitFor();
  await prepare(page);
  const file = join(OUTPUT, `${name}.png`);
  await page.screenshot({ path: file });
  process.stdout.write(`${file} ${(await readFile(file)).length} bytes\n`);
  await context.close();
}
