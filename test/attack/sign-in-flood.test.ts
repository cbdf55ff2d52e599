import { describe, expect, it } from "vitest";
import { SIGN_INS } from "../../controlplane/identity/oidc/sign-in.ts";
import { Browser, passProvider } from "../integration/identity/oidc-browser.ts";
import { SignInWorld } from "../integration/identity/oidc-world.ts";

describe("an outsider who begins sign-ins and never ends them", () => {
  it("is refused after 200, and pushes nobody out who has begun before", async () => {
    await using world = await SignInWorld.start();
    const start = world.at("/auth/oidc/start?return_to=/");
    const browser = new Browser();
    // Alice is at the provider's page while the flood comes.
    const asked = await browser.open(start);
    const statuses: number[] = [];
    for (let index = 0; index < SIGN_INS.limitOfOwner + 5; index += 1) {
      const response = await fetch(start, { redirect: "manual" });
      statuses.push(response.status);
      if (response.status === 429)
        expect(await response.text()).toContain(`${SIGN_INS.limitOfOwner} sign-ins from`);
      else await response.body?.cancel();
    }
    expect(statuses.slice(0, SIGN_INS.limitOfOwner - 1)).toEqual(Array(SIGN_INS.limitOfOwner - 1).fill(303));
    expect(statuses.slice(SIGN_INS.limitOfOwner - 1)).toEqual(Array(6).fill(429));
    const consent = await browser.submit(asked, { prompt: "login", login: "alice", password: "any" });
    const page = await browser.submit(consent, { prompt: "consent" });
    expect(page.text).toContain("Signed in as acme/users/alice.");
    // There is room for one again.
    const again = await passProvider(new Browser(), start, "alice");
    expect(again.text).toContain("Signed in as acme/users/alice.");
  });
});
