import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { browserMissing, screenshot, tabTo, useBrowser } from "../../support/browser.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

const LOOP = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];
const VALUE = "a-value-that-nobody-may-see-again-Xq7";
const MINE = `/${SAMPLE.user}/secrets`;

describe.skipIf(browserMissing !== undefined)(`secrets in the console ${browserMissing ?? ""}`, () => {
  const house = useStage();
  const console = useBrowser(() => `http://${house.stage.server.httpAddress}`);
  const asAlice = async (path: string) => {
    const visit = await console.visit(path);
    await visit.signIn(house.people.aliceToken);
    return visit;
  };

  /** A container of alice's workspace, gone with the test. */
  async function container(name: string): Promise<AsyncDisposable> {
    const { docker } = house.stage;
    const labels = ["-l", `keyhold.workspace=${SAMPLE.label}`, "-l", "keyhold.stop-timeout=1"];
    await docker("run", "-d", "--name", name, "--runtime", "keyhold", ...labels, IMAGE, ...LOOP);
    return { [Symbol.asyncDispose]: async () => void (await docker.try("rm", "-f", name)) };
  }
  const env = (name: string) => house.stage.docker("exec", name, "env");

  test("a secret is added, previewed, saved and seen delivered with the keyboard alone", async () => {
    await using _running = await container("shop");
    const { page, requests } = await console.visit("/");
    await page.getByLabel("API token").waitFor();
    await page.keyboard.type(house.people.aliceToken);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Organization secrets" }).waitFor();

    await tabTo(page, "My secrets");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "My secrets" }).waitFor();
    await tabTo(page, "New secret");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByLabel("Name").waitFor();
    await page.keyboard.type("PAYMENT_TOKEN");
    await tabTo(page, "Value");
    await page.keyboard.type(VALUE);

    const preview = page.getByRole("region", { name: "What saving does" });
    await preview.getByText("1 restarted").waitFor();
    expect(await preview.textContent()).toContain("workspace ws-1 · shop on this-machine");
    await screenshot(page, "preview");
    await tabTo(page, "Save");
    await page.keyboard.press("Enter");

    await page.getByRole("heading", { name: "PAYMENT_TOKEN" }).waitFor();
    await page.getByText("Version 1 is delivered to 1 of 1 container").waitFor();
    await screenshot(page, "delivered");
    await vi.waitFor(async () => expect(await env("shop")).toContain(`PAYMENT_TOKEN=${VALUE}`), 20_000);
    await expectNowhere(page, requests, VALUE);
  });

  test("what is typed is checked by the server, in its own words, at the field", async () => {
    const { page } = await asAlice(`${MINE}?dialog=new`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("9LIVES");
    await dialog.getByText("not beginning with a digit").waitFor();
    expect(await dialog.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");
    await dialog.getByLabel("Name").fill("NINE_LIVES");
    await dialog.getByText("File", { exact: true }).click();
    await dialog.getByLabel("Path").fill("relative/path");
    await dialog.getByText(/relative\/path.*absolute/).waitFor();
    await dialog.getByText("Registry", { exact: true }).click();
    await dialog.getByLabel("User name").fill("robot");
    await dialog.getByLabel("Password or token").fill("any");
    await dialog.getByLabel("Registry", { exact: true }).last().fill("https://ghcr.io/some/path");
    await dialog.getByText(/is not a registry/).waitFor();
    await dialog.getByText("Variable", { exact: true }).click();
    await dialog.getByLabel("Value", { exact: true }).fill("x".repeat(140_000));
    await dialog.getByText(/has 140000 bytes, the limit for kind env/).waitFor();
    await dialog.getByLabel("Value", { exact: true }).fill("short");
    await dialog.getByLabel("Name").fill("password");
    await dialog.getByText(/does not say what the secret is for/).waitFor();
  });

  test("a value of several lines is pasted hidden, shown on demand, and stored byte for byte", async () => {
    const { page } = await asAlice(`${MINE}?dialog=new`);
    const pem = "-----BEGIN KEY-----\nnot really\n-----END KEY-----\n";
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("DEPLOY_KEY");
    const value = dialog.getByLabel("Value", { exact: true });
    const isHidden = () => page.evaluate(SECURITY);
    await value.fill(pem);
    expect(await isHidden()).toBe("disc");
    await dialog.getByRole("button", { name: "Show the value" }).click();
    expect(await isHidden()).toBe("none");
    await dialog.getByText("49 bytes, 4 lines").waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "DEPLOY_KEY" }).waitFor();
    const { secrets } = house.people.alice;
    const stored = await invoke(secrets, secrets.AccessSecret, { name: `${SAMPLE.user}/secrets/DEPLOY_KEY` });
    expect(stored.value.toString()).toBe(pem);
  });

  test("a file is taken as it is, and its bytes arrive", async () => {
    const { page } = await asAlice(`${MINE}?dialog=new`);
    const bytes = Buffer.from([0, 255, 13, 10, 200, 1]);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("store.p12");
    await dialog.getByText("File", { exact: true }).click();
    await dialog
      .locator("input[type=file]")
      .setInputFiles({ name: "store.p12", mimeType: "", buffer: bytes });
    await dialog.getByText("6 bytes").waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "store.p12" }).waitFor();
    const { secrets } = house.people.alice;
    const stored = await invoke(secrets, secrets.AccessSecret, { name: `${SAMPLE.user}/secrets/store.p12` });
    expect(stored.value).toEqual(bytes);
  });

  test("a change is watched on its way, rolled back, deleted and restored", async () => {
    await using _running = await container("api");
    const { page } = await asAlice(`${MINE}/API_KEY`);
    await page.getByText(/Version 1 is delivered to 1 of 1/).waitFor();
    await page.getByRole("button", { name: "Change…" }).click();
    await page.getByRole("dialog").getByLabel("New value").fill("second-value");
    await page.getByText("1 restarted").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText(/Version 2 is delivered to 1 of 1/).waitFor();
    await vi.waitFor(async () => expect(await env("api")).toContain("API_KEY=second-value"), 20_000);

    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("button", { name: "Roll back to 1" }).click();
    await page.getByRole("dialog").getByText("1 restarted").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Roll back to 1" }).click();
    await page.getByText("value of 1").waitFor();
    await screenshot(page, "history");
    await vi.waitFor(async () => expect(await env("api")).toContain(`API_KEY=${SAMPLE.values.user}`), 20_000);

    await page.getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("dialog").getByText("1 restarted").waitFor();
    await page.getByRole("button", { name: "Delete API_KEY" }).click();
    await page.getByRole("cell", { name: "API_KEY deleted" }).waitFor();
    await vi.waitFor(
      async () => expect(await env("api")).toContain(`API_KEY=${SAMPLE.values.project}`),
      20_000,
    );
    await page.getByRole("link", { name: "API_KEY" }).click();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByRole("button", { name: "Change…" }).waitFor();
    await vi.waitFor(async () => expect(await env("api")).toContain(`API_KEY=${SAMPLE.values.user}`), 20_000);
  });

  test("a deleted one is purged for good once that is confirmed", async () => {
    const { secrets } = house.people.alice;
    const name = `${MINE.slice(1)}/GONE_FOR_GOOD`;
    await setEnv(house.people.alice, SAMPLE.user, "GONE_FOR_GOOD", "x");
    await invoke(secrets, secrets.DeleteSecret, { name });
    const { page } = await asAlice(`/${name}`);
    await page.getByRole("button", { name: /^Purge/ }).click();
    const deed = page.getByRole("dialog").getByRole("button", { name: "Purge GONE_FOR_GOOD" });
    expect(await deed.isDisabled()).toBe(true);
    await page.getByRole("dialog").getByRole("textbox").fill("GONE_FOR_GOOD");
    await deed.click();
    await page.getByText("GONE_FOR_GOOD is purged").waitFor();
    await expect(invoke(secrets, secrets.UndeleteSecret, { name })).rejects.toThrow(/does not exist/);
  });

  test("a credential for a registry and an opaque value are stored as what they are", async () => {
    const { secrets } = house.people.alice;
    const { page } = await asAlice(`${MINE}?dialog=new`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("ghcr");
    await dialog.getByText("Registry", { exact: true }).click();
    await dialog.getByLabel("Registry", { exact: true }).last().fill("GHCR.io");
    await dialog.getByLabel("User name").fill("alice");
    await dialog.getByLabel("Password or token").fill("hunter2");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "ghcr" }).waitFor();
    await page.getByText("ghcr.io as alice").waitFor();

    await page.getByRole("link", { name: "My secrets" }).first().click();
    await page.getByRole("button", { name: "New secret" }).click();
    await dialog.getByLabel("Name").fill("recovery-codes");
    await dialog.getByText("Opaque", { exact: true }).click();
    await dialog.getByLabel("Value", { exact: true }).fill("one two");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "recovery-codes" }).waitFor();
    const kinds = await Promise.all(
      ["ghcr", "recovery-codes"].map(async (id) => {
        const { kind } = await invoke(secrets, secrets.GetSecret, { name: `${SAMPLE.user}/secrets/${id}` });
        return kind;
      }),
    );
    expect(kinds).toEqual(["SECRET_KIND_REGISTRY", "SECRET_KIND_OPAQUE"]);
  });

  test("a secret of the organization is limited to what is chosen, and the others are not touched", async () => {
    const { owner } = house.people;
    const { secret: token } = await invoke(owner.tokens, owner.tokens.CreateToken, {
      principal: "users/owner",
      token: {},
    });
    const { page, signIn } = await console.visit(`/${SAMPLE.organization}/secrets?dialog=new`);
    await signIn(token);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("BUILD_TOKEN");
    await dialog.getByLabel("Value", { exact: true }).fill("for builds");
    await dialog.getByText("2 at the next start").waitFor();
    await dialog.getByRole("combobox", { name: "Limit to" }).click();
    await page.getByRole("option", { name: "web" }).click();
    await dialog.getByLabel("Name").click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "BUILD_TOKEN" }).waitFor();
    await page.getByText("project web").first().waitFor();
    const name = `${SAMPLE.organization}/secrets/BUILD_TOKEN`;
    const stored = await invoke(owner.secrets, owner.secrets.GetSecret, { name });
    expect(stored.only).toEqual([SAMPLE.project]);
  });

  test("a version that another person saves meanwhile is shown, and what is typed is kept until one decides", async () => {
    const { page } = await asAlice(`${MINE}/API_KEY?dialog=edit`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("New value").fill("mine");
    const { secrets } = house.people.alice;
    const name = `${SAMPLE.user}/secrets/API_KEY`;
    const before = await invoke(secrets, secrets.GetSecret, { name });
    const next = Number(before.version) + 1;
    const theirs = { name, value: Buffer.from("theirs") };
    await invoke(secrets, secrets.UpdateSecret, { secret: theirs, updateMask: { paths: ["value"] } });
    await dialog.getByText(`alice saved version ${next} while you were editing.`).waitFor();
    expect(await dialog.getByLabel("New value").inputValue()).toBe("mine");
    expect(await dialog.getByRole("button", { name: "Save", exact: true }).isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: `Save mine as version ${next + 1}` }).click();
    await dialog.waitFor({ state: "detached" });
    const stored = await invoke(secrets, secrets.AccessSecret, { name });
    expect(stored.value.toString()).toBe("mine");
  });

  test("an empty value is stored only on purpose: Enter in a form without a value says what is missing", async () => {
    const { page } = await asAlice(`${MINE}?dialog=new`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("EMPTY_FLAG");
    await page.keyboard.press("Enter");
    await dialog.getByText("Enter a value, or choose “Store an empty value”.").waitFor();
    const { secrets } = house.people.alice;
    const name = `${SAMPLE.user}/secrets/EMPTY_FLAG`;
    await expect(invoke(secrets, secrets.GetSecret, { name })).rejects.toThrow(/does not exist/);
    await dialog.getByRole("checkbox", { name: "Store an empty value" }).check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "EMPTY_FLAG" }).waitFor();
    expect((await invoke(secrets, secrets.AccessSecret, { name })).value.length).toBe(0);
  });

  test("Escape asks before it discards what is typed", async () => {
    const { page } = await asAlice(MINE);
    await page.getByRole("button", { name: "New secret" }).first().click();
    const name = page.getByRole("dialog").getByLabel("Name");
    await name.fill("HALF_TYPED");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Keep editing" }).click();
    await page.getByRole("button", { name: "Keep editing" }).waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Discard what you have typed?" }).waitFor();
    expect(await name.inputValue()).toBe("HALF_TYPED");
    await page.getByRole("button", { name: "Discard", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "My secrets" }).waitFor();
  });

  test("deleted secrets are found from the list of a scope that has no others", async () => {
    const { secrets } = house.people.alice;
    const scope = SAMPLE.workspace;
    await setEnv(house.people.alice, scope, "LAST_ONE", "x");
    await invoke(secrets, secrets.DeleteSecret, { name: `${scope}/secrets/LAST_ONE` });
    const { page } = await asAlice(`/${scope}/secrets`);
    await page.getByText("1 deleted secret can be restored.").waitFor();
    await page.getByRole("button", { name: "Show deleted" }).click();
    await page.getByRole("cell", { name: "LAST_ONE deleted" }).waitFor();
  });
});

// Text, because it runs in the page.
const SECURITY = `getComputedStyle(document.querySelector("[role=dialog] textarea")).webkitTextSecurity`;
const KEPT = `({
  page: document.documentElement.outerHTML,
  fields: [...document.querySelectorAll("input, textarea")].map(({ value }) => value),
  storage: [{ ...localStorage }, { ...sessionStorage }],
  cookies: document.cookie,
  address: location.href,
  history: history.state,
})`;

/** After it is saved a value is in no address, storage, cookie that the page can read, or text of the page. */
async function expectNowhere(page: Page, requests: readonly string[], value: string): Promise<void> {
  const kept = (await page.evaluate(KEPT)) as { readonly cookies: string };
  expect(JSON.stringify(kept)).not.toContain(value);
  expect(kept.cookies).toBe("");
  expect(requests.filter((url) => url.includes(value))).toEqual([]);
}
