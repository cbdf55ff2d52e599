import { describe, expect, test } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { browserMissing, screenshot, useBrowser } from "../../support/browser.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

const LOOP = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];
const MINE = `/${SAMPLE.user}/secrets`;

describe.skipIf(browserMissing !== undefined)(`in the console ${browserMissing ?? ""}`, () => {
  const house = useStage();
  const console = useBrowser(() => `http://${house.stage.server.httpAddress}`);
  const asAlice = async (path: string) => {
    const visit = await console.visit(path);
    await visit.signIn(house.people.aliceToken);
    return visit.page;
  };

  test("a workspace shows what wins and why, what runs with it, and a change on its way", async () => {
    const page = await asAlice(`/${SAMPLE.workspace}`);
    const entry = page
      .getByRole("table", { name: "What its containers get" })
      .getByRole("row", { name: /API_KEY/ });
    await entry.getByRole("link", { name: "user alice" }).waitFor();
    expect(await entry.textContent()).toMatch(/user alice.*project web.*organization/s);
    await page
      .getByRole("row", { name: /example-registry/ })
      .getByText("read-only")
      .waitFor();

    await page.getByText("No containers yet").waitFor();
    const labels = ["-l", `keyhold.workspace=${SAMPLE.label}`, "-l", "keyhold.stop-timeout=1"];
    await house.stage.docker(
      "run",
      "-d",
      "--name",
      "shop",
      "--runtime",
      "keyhold",
      ...labels,
      IMAGE,
      ...LOOP,
    );
    const container = page.getByRole("table", { name: "Containers" }).getByRole("row", { name: /shop/ });
    await container.getByText("running").waitFor();
    const has = (version: number) =>
      container.getByRole("listitem").filter({ hasText: `API_KEYversion ${version}` });
    await container.getByText("API_KEY").waitFor();
    await expect.poll(() => container.textContent()).toContain("API_KEY version 1");
    // Who runs the organization sees that it runs, and with what of the shared ones: what is alice's own has no name there.
    const { owner } = house.people;
    const seen = await invoke(owner.secrets, owner.secrets.ListWorkloadContainers, {
      target: SAMPLE.workspace,
    });
    expect(seen.containers.flatMap(({ delivered }) => delivered.map(({ secret }) => secret))).toEqual([
      `${SAMPLE.organization}/secrets/example-registry`,
      `${SAMPLE.project}/secrets/tls.crt`,
    ]);

    await setEnv(house.people.alice, SAMPLE.user, "API_KEY", "another");
    await expect.poll(() => container.textContent(), { timeout: 20_000 }).toContain("API_KEY version 2");
    expect(await has(1).count()).toBe(0);
    await screenshot(page, "workspace-live");

    // A more specific one wins from now on, and the page says so by itself.
    await setEnv(house.people.alice, SAMPLE.workspace, "API_KEY", "own");
    await entry.getByRole("link", { name: "workspace ws-1" }).waitFor();
    await expect.poll(() => container.textContent(), { timeout: 20_000 }).toContain("API_KEY version 1");
  });

  test("a .env file is dropped, its duplicates flagged and skipped, and the rest written at once", async () => {
    const page = await asAlice(MINE);
    await page.getByRole("button", { name: "Import .env" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Drop a .env file here, or").waitFor();
    const text = 'export NEW_ONE=1\nAPI_KEY=other\nTWICE=a\nTWICE=b\n# no\nQUOTED="x\ny"\n';
    await page.evaluate(
      `(() => {
        const files = new DataTransfer();
        files.items.add(new File([${JSON.stringify(text)}], "app.env"));
        const place = [...document.querySelectorAll("p")].find((each) => each.textContent.startsWith("Drop a .env")).parentElement;
        place.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
      })()`,
    );
    await dialog.getByText("3 new").waitFor();
    await dialog.getByText("2 skipped").waitFor();
    const outcome = async (name: string) => {
      const rows = await dialog.getByRole("row").filter({ hasText: name }).allTextContents();
      return rows.map((row) => /new|skipped|unchanged|replaced/.exec(row)?.[0]);
    };
    expect(await outcome("NEW_ONE")).toEqual(["new"]);
    expect(await outcome("API_KEY")).toEqual(["skipped"]);
    expect(await outcome("TWICE")).toEqual(["skipped", "new"]);
    await screenshot(page, "import-review");
    await dialog.getByRole("button", { name: "Import 3 secrets" }).click();
    await page.getByRole("cell", { name: "NEW_ONE" }).waitFor();
    await page.getByText("3 created, 0 replaced, 2 skipped.").waitFor();
    const { secrets } = house.people.alice;
    const read = async (id: string) =>
      (
        await invoke(secrets, secrets.AccessSecret, { name: `${SAMPLE.user}/secrets/${id}` })
      ).value.toString();
    expect([await read("TWICE"), await read("QUOTED")]).toEqual(["b", "x\ny"]);
    expect(await read("API_KEY")).not.toBe("other");
  });

  test("a .env file is browsed for, and replaces what exists where that is asked for", async () => {
    const { secrets } = house.people.alice;
    await setEnv(house.people.alice, SAMPLE.user, "BROWSED", "before");
    const page = await asAlice(`${MINE}?dialog=import`);
    const dialog = page.getByRole("dialog");
    const choosing = page.waitForEvent("filechooser");
    await dialog.getByRole("button", { name: "Browse…" }).click();
    const buffer = Buffer.from("BROWSED=after\n");
    await (await choosing).setFiles({ name: "some.env", mimeType: "", buffer });
    await dialog.getByText("1 skipped").waitFor();
    await dialog.getByText(/^Replace secrets that exist/).click();
    await dialog.getByText("1 replaced").waitFor();
    await dialog.getByRole("button", { name: "Import 1 secret" }).click();
    await page.getByText("0 created, 1 replaced, 0 skipped.").waitFor();
    const name = `${SAMPLE.user}/secrets/BROWSED`;
    expect((await invoke(secrets, secrets.AccessSecret, { name })).value.toString()).toBe("after");
  });

  test("a .env file with a mistake is refused as a whole, with the line", async () => {
    const page = await asAlice(`${MINE}?dialog=import`);
    await page.getByLabel("Or paste its text").fill("FINE=1\nnot a line\n9X=2\n");
    await page.getByRole("button", { name: "Review the text" }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: /line 2: .*\nline 3: / })
      .waitFor();
    expect(await page.getByRole("button", { name: "Import 0 secrets" }).isDisabled()).toBe(true);
  });

  test("somebody is added, given a role and a token that works, and loses both", async () => {
    const { secret } = await invoke(house.people.owner.tokens, house.people.owner.tokens.CreateToken, {
      principal: "users/owner",
      token: {},
    });
    const { page, signIn } = await console.visit(`/${SAMPLE.organization}/members`);
    await signIn(secret);
    await page.getByRole("button", { name: "Add somebody" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Not An Id");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText(/is not a valid id/).waitFor();
    await page.getByLabel("Name", { exact: true }).fill("bob");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const invitation = (await page.getByRole("dialog").locator("code").first().textContent()) ?? "";
    expect(invitation).toMatch(/^khi_/);
    await page.getByRole("button", { name: "I have copied it" }).click();
    expect(await page.content()).not.toContain(invitation);
    const row = page.getByRole("row", { name: /bob/ });
    await row.getByRole("combobox", { name: "Role of bob" }).click();
    await page.getByRole("option", { name: "Admin" }).click();
    await page.getByText("bob has another role").waitFor();

    const his = await console.visit(`/${SAMPLE.organization}/nodes`);
    await his.page.getByLabel("API token").fill(invitation);
    await his.page.keyboard.press("Enter");
    const copied = his.page.getByRole("button", { name: "I have copied it: sign in" });
    await copied.waitFor();
    const token = (await his.page.locator("code").first().textContent()) ?? "";
    expect(token).toMatch(/^kh_/);
    await copied.click();
    await his.page.getByRole("cell", { name: "this-machine", exact: true }).waitFor();
    await page.getByRole("link", { name: "Tokens" }).click();
    await page
      .getByRole("row", { name: /bob/ })
      .filter({ hasText: "signed in with an invitation" })
      .getByRole("button")
      .click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Revoke kh_/ })
      .click();
    await page.getByText(/is revoked/).waitFor();
    // The session was made with the token, and ends with it.
    await his.page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByRole("link", { name: "Members" }).click();
    await page.getByRole("button", { name: "Remove bob…" }).click();
    await page.getByRole("button", { name: "Remove bob", exact: true }).click();
    await page.getByText("bob is removed").waitFor();
  });

  test("the audit trail of a secret names who did what, and the whole log is verified", async () => {
    const { secret } = await invoke(house.people.owner.tokens, house.people.owner.tokens.CreateToken, {
      principal: "users/owner",
      token: {},
    });
    const { page, signIn } = await console.visit(`/${SAMPLE.project}/secrets/tls.crt/auditEvents`);
    await signIn(secret);
    await page
      .getByRole("row", {
        name: /server owner create secret acme\/projects\/web\/secrets\/tls.crt version 1 ok/,
      })
      .waitFor();
    await page.getByRole("link", { name: "Audit log" }).click();
    await page.getByRole("button", { name: "Verify the chain" }).click();
    await page.getByText("The log is intact").waitFor();
  });

  test("signing out ends the session everywhere, and leads back to where one was", async () => {
    const page = await asAlice(MINE);
    const second = await page.context().newPage();
    await second.goto(`http://${house.stage.server.httpAddress}${MINE}`);
    await second.getByRole("heading", { name: "My secrets" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API token").waitFor();
    await second.getByRole("link", { name: "Projects" }).click();
    await second.getByLabel("API token").waitFor();
    await page.getByLabel("API token").fill(house.people.aliceToken);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "My secrets" }).waitFor();
  });

  test("a node is made a join token for, and a revoked one is named with its consequences", async () => {
    const { secret } = await invoke(house.people.owner.tokens, house.people.owner.tokens.CreateToken, {
      principal: "users/owner",
      token: {},
    });
    const { page, signIn } = await console.visit(`/${SAMPLE.organization}/nodes?dialog=join`);
    await signIn(secret);
    await page.getByRole("dialog").getByLabel("Name").fill("build-1");
    await page.getByRole("button", { name: "Make a join token" }).click();
    await page.getByText(/keyhold agent start --server .* --join /).waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Revoke this-machine…" }).click();
    await page.getByText(/goes on with the values that are there|No labelled container runs there/).waitFor();
    await page.getByRole("button", { name: "Revoke this-machine", exact: true }).click();
    await page
      .getByRole("row", { name: /this-machine/ })
      .getByText("revoked")
      .waitFor();
  });
});
