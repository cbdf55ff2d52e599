import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SignInWorld } from "../../integration/identity/oidc-world.ts";
import { browserMissing, seriousFindings, useBrowser } from "../../support/browser.ts";

describe.skipIf(browserMissing !== undefined)(`signing in with a provider ${browserMissing ?? ""}`, () => {
  let world: SignInWorld | undefined;
  beforeAll(async () => {
    world = await SignInWorld.start();
  });
  const console = useBrowser(
    () => `http://${world?.server.httpAddress}`,
    () => [world?.provider.issuer ?? ""],
  );
  afterAll(() => world?.[Symbol.asyncDispose]());

  test("leads from the console to the provider and back to the page that was asked for", async () => {
    const { page } = await console.visit("/organizations/acme/users/alice/secrets");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "Sign in with your organization’s account" }).click();
    await page.waitForURL(`${world?.provider.issuer}/**`);
    await page.locator("input[name=login]").fill("alice");
    await page.locator("input[name=password]").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { level: 1, name: "My secrets" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/organizations/acme/users/alice/secrets");
    const cookies = await page.context().cookies(`http://${world?.server.httpAddress}`);
    expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([
      { httpOnly: true, sameSite: "Strict" },
    ]);
  });
});
