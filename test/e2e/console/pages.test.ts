import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { browserMissing, screenshot, seriousFindings, useBrowser } from "../../support/browser.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

const LOOP = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];
const { organization, project, workspace, user } = SAMPLE;

/** Every page of the console, what is on it once it is there, and who is to look. */
const PAGES: readonly (readonly [name: string, path: string, seen: RegExp, who: "owner" | "alice"])[] = [
  ["organization", `/${organization}/secrets`, /example-registry/, "owner"],
  ["new-secret", `/${organization}/secrets?dialog=new`, /New secret of the organization/, "owner"],
  ["import", `/${organization}/secrets?dialog=import`, /Drop a .env file here/, "owner"],
  ["my-secrets", `/${user}/secrets`, /API_KEY/, "alice"],
  ["projects", `/${organization}/projects`, /web/, "owner"],
  ["project-secrets", `/${project}/secrets`, /tls\.crt/, "owner"],
  ["project-members", `/${project}/members`, /alice/, "owner"],
  ["project-builds", `/${project}`, /No containers yet/, "owner"],
  ["workspaces", `/${organization}/workspaces`, /ws-1/, "alice"],
  ["workspace", `/${workspace}`, /The only one of this name/, "alice"],
  ["workspace-secrets", `/${workspace}/secrets`, /No secrets yet/, "alice"],
  ["workspace-containers", `/${workspace}/containers`, /shop/, "alice"],
  ["secret", `/${project}/secrets/tls.crt`, /is delivered to/, "owner"],
  ["secret-history", `/${project}/secrets/tls.crt/versions`, /newest/, "owner"],
  ["secret-audit", `/${project}/secrets/tls.crt/auditEvents`, /create secret/, "owner"],
  ["rollouts", `/${organization}/rollouts`, /LICENSE_KEY/, "owner"],
  ["nodes", `/${organization}/nodes`, /this-machine/, "owner"],
  ["add-node", `/${organization}/nodes?dialog=join`, /Make a join token/, "owner"],
  ["audit", `/${organization}/auditEvents`, /update secret/, "owner"],
  ["members", `/${organization}/members`, /alice/, "owner"],
  ["new-member", `/${organization}/members?dialog=new`, /A person/, "owner"],
  ["tokens", `/${organization}/tokens`, /kh_/, "alice"],
  ["new-token", `/${organization}/tokens?dialog=new`, /Make the token/, "alice"],
  ["nowhere", "/nowhere", /There is nothing at this address/, "alice"],
];

describe.skipIf(browserMissing !== undefined)(`the console's pages ${browserMissing ?? ""}`, () => {
  const house = useStage();
  const console = useBrowser(() => `http://${house.stage.server.httpAddress}`);
  const tokenOf = { owner: "", alice: "" };

  beforeAll(async () => {
    const { stage, people } = house;
    tokenOf.alice = people.aliceToken;
    const { secret } = await invoke(people.owner.tokens, people.owner.tokens.CreateToken, {
      principal: "users/owner",
      token: {},
    });
    tokenOf.owner = secret;
    const labels = ["-l", `keyhold.workspace=${SAMPLE.label}`, "-l", "keyhold.stop-timeout=1"];
    await stage.docker("run", "-d", "--name", "shop", "--runtime", "keyhold", ...labels, IMAGE, ...LOOP);
    // A rollout is of containers that are known to run.
    await vi.waitFor(async () => {
      const { containers } = await invoke(people.alice.secrets, people.alice.secrets.ListWorkloadContainers, {
        target: workspace,
      });
      expect(containers.map(({ running }) => running)).toEqual([true]);
    }, 20_000);
    await setEnv(people.owner, organization, "LICENSE_KEY", "licence-1");
  });

  // The colours are what differs in the dark, and the place that there is on a narrow screen.
  const looks = [
    { scheme: "light", width: 1280, rules: undefined },
    { scheme: "dark", width: 1280, rules: ["color-contrast"] },
    {
      scheme: "light",
      width: 375,
      rules: ["target-size", "aria-required-children", "scrollable-region-focusable"],
    },
  ] as const;

  /** Looks at what is shown in every way that there is, without loading it anew. */
  async function inspect(page: Page, name: string): Promise<void> {
    for (const { scheme, width, rules } of looks) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 800 });
      await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
      await screenshot(page, `${name}-${scheme}-${width}`);
      expect(await seriousFindings(page, rules), `${name} (${scheme}, ${width})`).toEqual([]);
      expect(await overflow(page), `${name} is wider than ${width}`).toBeLessThanOrEqual(0);
    }
  }

  test.each(["owner", "alice"] as const)(
    "are accessible and fit, light and dark, wide and narrow, as %s sees them",
    { timeout: 240_000 },
    async (who) => {
      const { page, signIn } = await console.visit("/");
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await inspect(page, "sign-in");
      await signIn(tokenOf[who]);
      for (const [name, path, seen] of PAGES.filter((each) => each[3] === who)) {
        await page.goto(`http://${house.stage.server.httpAddress}${path}`);
        await page.getByText(seen).first().waitFor();
        await inspect(page, name);
      }
    },
  );

  test("show a member only what a member may do, and say in the server's words what it may not", async () => {
    const { page, signIn } = await console.visit(`/${organization}/secrets`);
    await signIn(tokenOf.alice);
    await page.getByRole("cell", { name: "example-registry" }).waitFor();
    expect(await page.getByRole("button", { name: "New secret" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Nodes" }).count()).toBe(0);
    await page.goto(`http://${house.stage.server.httpAddress}/${organization}/nodes`);
    await page.getByText("You may not see this").waitFor();
    await page.getByText(/acme\/users\/alice is not allowed to list nodes in acme/).waitFor();
  });

  test("keep what is searched and sorted in the address, so that it can be sent to somebody", async () => {
    const { page, signIn } = await console.visit(`/${organization}/secrets?q=key&sort=-name`);
    await signIn(tokenOf.alice);
    const names = () =>
      page
        .getByRole("row")
        .getByRole("cell")
        .first()
        .page()
        .locator("td[data-column=name]")
        .allTextContents();
    await page.getByRole("cell", { name: "LICENSE_KEY" }).waitFor();
    expect((await names()).map((name) => name.trim())).toEqual(["LICENSE_KEY", "API_KEY"]);
    await page.getByRole("button", { name: "Name" }).click();
    expect((await names()).map((name) => name.trim())).toEqual(["API_KEY", "LICENSE_KEY"]);
    await page.getByLabel("Search the secrets").fill("licen");
    await page.waitForURL(/q=licen/);
    expect((await names()).map((name) => name.trim())).toEqual(["LICENSE_KEY"]);
    await page.getByText("Registry", { exact: true }).click();
    await page.getByText("No secret matches").waitFor();
  });

  test("say who overrides a secret", async () => {
    const { page, signIn } = await console.visit(`/${organization}/secrets`);
    await signIn(tokenOf.alice);
    const row = page.getByRole("row", { name: /API_KEY/ });
    await row.getByRole("link", { name: "user alice" }).waitFor();
  });
});

/** How much there is to scroll sideways. */
function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
