import { beforeAll, describe, expect, test, vi } from "vitest";
import { type ImageOptions, importBaseImage } from "../../../tools/engine/images.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { firstProcessOf } from "../../../tools/start/container.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { FIRST_ACT_IMAGE, firstActsIn, importFirstActImage } from "../../support/engine/first-act.ts";
import { everything, LABELLED_QUICK, SHOW_EVERYTHING } from "../../support/everything.ts";
import { useStage } from "../../support/stage.ts";

/* Images of every kind, none of which knows of Keyhold: what they say themselves about users, variables and files. */

const FILE = "/run/secrets/tls.crt";
const { values } = SAMPLE;

describe.skipIf(engineMissing !== undefined)(`an image ${engineMissing ?? ""}`, () => {
  const house = useStage();
  beforeAll(() => importFirstActImage(house.stage.engine));

  const run = (...args: string[]) => house.stage.docker("run", "--rm", ...LABELLED_QUICK, ...args);
  let images = 0;
  async function image(options: ImageOptions): Promise<string> {
    images += 1;
    const tag = `keyhold/shape:${images}`;
    await importBaseImage(house.stage.engine, tag, options);
    return tag;
  }
  const shown = async (options: ImageOptions, ...args: string[]) =>
    run(...args, await image(options), "sh", "-c", SHOW_EVERYTHING);

  test.each([
    ["root", [], "0:0"],
    ["a user of whom no file of it knows", ["--user", "7:8"], "7:8"],
    ["a read-only root", ["--read-only"], "0:0"],
    ["an init process of the engine's", ["--init"], "0:0"],
  ])("without a shell, a C library or any file but its program gets all, for %s", async (_what, options) => {
    const acts = firstActsIn(
      await run(...options, FIRST_ACT_IMAGE, FILE, "/run/secrets/.docker/config.json"),
    );
    expect(acts).toHaveLength(1);
    expect(acts[0]?.env.get("API_KEY")).toBe(values.user);
    expect(acts[0]?.files).toContain(values.file);
    expect(acts[0]?.files).toContain(SAMPLE.registry);
  });

  test("that sets a variable of the same name gets the secret's value: the secret wins, for docker exec as well", async () => {
    const { docker } = house.stage;
    const tag = await image({ changes: ["ENV API_KEY=of-the-image", "ENV OTHER=of-the-image"] });
    const id = await docker("run", "-d", ...LABELLED_QUICK, tag, "sleep", "600");
    const { env } = await firstProcessOf(docker, id);
    expect([env.get("API_KEY"), env.get("OTHER")]).toEqual([values.user, "of-the-image"]);
    expect(await docker("exec", id, "sh", "-c", 'echo "$API_KEY $OTHER"')).toBe(
      `${values.user} of-the-image`,
    );
    expect(await docker("run", "--rm", tag, "sh", "-c", 'echo "$API_KEY"')).toBe("of-the-image");
    await docker("rm", "-f", id);
  });

  test.each([
    ["by name", "USER app", "1000:1000"],
    ["by number", "USER 1000", "1000:1000"],
    ["by name with another group", "USER app:root", "1000:0"],
    ["by numbers that it has no names for", "USER 4711:42", "4711:42"],
  ])("with a user of its own, %s, has that one as the files' owner", async (_what, change, user) => {
    expect(await shown({ changes: [change] })).toBe(everything(user));
    expect(await shown({ changes: [change] }, "--user", "0:0")).toBe(everything());
  });

  test("with files at the target paths, of whatever owner, shows the secrets instead, others beside them, and its own without a label", async () => {
    const tag = await image({
      files: [
        { path: FILE, content: "of the image", mode: 0o600, owner: 1000 },
        { path: "/run/secrets/other", content: "of the image" },
      ],
    });
    expect(await run(tag, "sh", "-c", SHOW_EVERYTHING)).toBe(everything());
    expect(await run(tag, "ls", "/run/secrets")).toBe("other\ntls.crt");
    expect(await house.stage.docker("run", "--rm", "--user", "app", tag, "cat", FILE)).toBe("of the image");
  });

  test.each(["/run/secrets", "/run", "/var/run"])("with a VOLUME at %s gets all", async (path) => {
    const files = [{ path: "/run/secrets/mine", content: "of the image" }];
    expect(await shown({ files, changes: [`VOLUME ${path}`] })).toBe(everything());
  });

  test("with a VOLUME at /run/secrets keeps it where no file is given", async () => {
    const files = [{ path: "/run/secrets/mine", content: "of the image" }];
    const tag = await image({ files, changes: ["VOLUME /run/secrets"] });
    const shown = await run(
      "-l",
      "keyhold.secrets=API_KEY",
      tag,
      "sh",
      "-c",
      'echo "$API_KEY"; cat /run/secrets/mine',
    );
    expect(shown).toBe(`${values.user}\nof the image`);
  });

  test("may ask by itself, with a label of its own", async () => {
    const tag = await image({ changes: [`LABEL keyhold.workspace=${SAMPLE.label}`] });
    const { docker } = house.stage;
    const shown = await docker("run", "--rm", "--runtime", "keyhold", tag, "sh", "-c", SHOW_EVERYTHING);
    expect(shown).toBe(everything());
  });

  test.each([
    ["an entry point", ['ENTRYPOINT ["sh", "-c"]'], [SHOW_EVERYTHING]],
    ["an entry point in a shell", [`ENTRYPOINT ${SHOW_EVERYTHING}`], []],
    ["a command", [`CMD ${SHOW_EVERYTHING}`], []],
    ["a working directory among the secrets", ["WORKDIR /run/secrets"], ["sh", "-c", SHOW_EVERYTHING]],
  ])("with %s gets all", async (_what, changes, command) => {
    expect(await run(await image({ changes }), ...command)).toBe(everything());
  });

  test.each([
    ["in a shell", `CMD echo "$API_KEY $(cat ${FILE})"`, `${values.user} ${values.file}`],
    ["without a shell", 'CMD ["env"]', `\nAPI_KEY=${values.user}\n`],
  ])("with a health check %s shows it the values of its process", async (_what, check, expected) => {
    const { docker } = house.stage;
    const tag = await image({ changes: [`HEALTHCHECK --interval=200ms ${check}`] });
    const id = await docker(
      "run",
      "-d",
      ...LABELLED_QUICK,
      "-l",
      "keyhold.on-change=files",
      tag,
      "sleep",
      "600",
    );
    const last = async () => {
      const log = JSON.parse(await docker("inspect", "-f", "{{json .State.Health.Log}}", id));
      return (log as { ExitCode: number; Output: string }[]).at(-1);
    };
    const untilSeen = (text: string) =>
      vi.waitFor(
        async () =>
          expect(await last()).toMatchObject({ ExitCode: 0, Output: expect.stringContaining(text) }),
        { timeout: 20_000, interval: 100 },
      );
    await untilSeen(expected);
    const changed = `changed for ${tag}`;
    await setEnv(house.people.alice, SAMPLE.user, "API_KEY", changed);
    const inExec = () => docker("exec", id, "sh", "-c", "echo $API_KEY");
    await vi.waitFor(async () => expect(await inExec()).toBe(changed), { timeout: 20_000, interval: 100 });
    const seen = await last();
    await vi.waitFor(async () => expect(await last()).not.toEqual(seen), { timeout: 20_000, interval: 100 });
    await untilSeen(expected);
    await docker("restart", "-t", "1", id);
    await untilSeen(expected.replace(values.user, changed));
    await setEnv(house.people.alice, SAMPLE.user, "API_KEY", values.user);
    await docker("rm", "-f", id);
  });
});
