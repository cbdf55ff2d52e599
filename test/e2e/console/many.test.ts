import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { silentLog } from "../../../common/log.ts";
import { organizationScope } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { openStore } from "../../../controlplane/database.ts";
import type { RunningServer } from "../../../controlplane/server.ts";
import { openControlPlane, readOwnerToken } from "../../../tools/stage/processes.ts";
import { browserMissing, screenshot, useBrowser } from "../../support/browser.ts";

const ORGANIZATION = "organizations/acme";
const MANY = 10_000;

describe.skipIf(browserMissing !== undefined)(`a page with 10,000 secrets ${browserMissing ?? ""}`, () => {
  let directory = "";
  let server: RunningServer | undefined;
  let token = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "keyhold-many-"));
    await fill(directory);
    server = await openControlPlane(directory, "free", silentLog);
    token = await readOwnerToken(server);
  }, 90_000);
  const console = useBrowser(() => `http://${server?.httpAddress}`);
  afterAll(async () => {
    await server?.close();
    await rm(directory, { recursive: true, force: true });
  });

  test("holds only the rows that are seen, wherever one scrolls to", { timeout: 120_000 }, async () => {
    const { page, signIn } = await console.visit(`/${ORGANIZATION}/secrets`);
    await signIn(token);
    await page.getByText("10,000 secrets").waitFor();
    await page.getByRole("cell", { name: nameOf(0), exact: true }).waitFor();
    const rows = () => page.getByRole("row").count();
    expect(await rows()).toBeLessThan(80);
    expect(await page.getByRole("table").getAttribute("aria-rowcount")).toBe(String(MANY + 1));
    const last = page.getByRole("cell", { name: nameOf(MANY - 1), exact: true });
    // Again, as one would: a key that comes while the page is busy is the browser's to drop.
    await vi.waitFor(
      async () => {
        await page.keyboard.press("End");
        await last.waitFor({ timeout: 2_000 });
      },
      { timeout: 30_000 },
    );
    expect(await rows()).toBeLessThan(80);
    expect(await page.getByRole("row").last().getAttribute("aria-rowindex")).toBe(String(MANY + 1));
    await screenshot(page, "many");
  });

  test("is searched, sorted and left again without a page of the whole list", {
    timeout: 120_000,
  }, async () => {
    const { page, signIn } = await console.visit(`/${ORGANIZATION}/secrets`);
    await signIn(token);
    await page.getByText("10,000 secrets").waitFor();
    await page.getByLabel("Search the secrets").fill("service_0777");
    await page.getByRole("cell", { name: "SERVICE_07770_TOKEN" }).waitFor();
    expect(await page.getByRole("row").count()).toBe(11);
    await page.getByLabel("Clear the search").click();
    await page.getByRole("button", { name: "Name" }).click();
    await page.getByRole("button", { name: "Name" }).click();
    await page.getByRole("cell", { name: nameOf(MANY - 1), exact: true }).waitFor();
    await page.getByRole("link", { name: nameOf(MANY - 1), exact: true }).click();
    await page.getByRole("heading", { name: nameOf(MANY - 1) }).waitFor();
  });
});

/** Into the store itself: what is tried is the page. */
async function fill(data: string): Promise<void> {
  const database = await openStore({ directory: data, databaseUrl: undefined });
  const by = "users/owner";
  await database.organizations.create({ id: "acme", displayName: "", by });
  await database.transaction(async ({ secrets }) => {
    for (let index = 0; index < MANY; index += 1) {
      const draft = { kind: "env", value: SecretValue.of(`v${index}`) } as const;
      await secrets.create(organizationScope("acme"), nameOf(index), draft, by);
    }
  });
  await database.close();
}

function nameOf(index: number): string {
  return `SERVICE_${String(index).padStart(5, "0")}_TOKEN`;
}
