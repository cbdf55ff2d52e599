import { beforeAll, describe, expect, test } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import type { SecretKind } from "../../../proto/gen/keyhold/v1/SecretKind.ts";
import { importBaseImage } from "../../../tools/engine/images.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { LABELLED_QUICK } from "../../support/everything.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* What a container chooses of what its workspace resolves to, with its labels and with references: from the API to `docker run`. */

/** As one writes it in an environment value. */
const reference = (name: string) => `\${secret:${name}}`;
const select = (value: string) => ["-l", `keyhold.secrets=${value}`];
const alias = (variable: string, name: string) => ["-l", `keyhold.env.${variable}=${name}`];
const refer = (text: string) => ["-e", `URL=${text}`];

const SHOW =
  "env | grep -E '^(DB_|API_KEY|URL|DOCKER_CONFIG|ALIAS)' | sort; ls /run/secrets 2>/dev/null || true";
const PASSWORD = "p@ss/word $HOME $" + "{DB_USER} é";
/** What shells and templates would replace, and nobody else should. */
const LOOKALIKES = ["{DB_USER}", "{secret}", "{}"].map((text) => `$${text}`).join(" $secret:DB_USER ");

describe.skipIf(engineMissing !== undefined)(`a container ${engineMissing ?? ""}`, () => {
  const house = useStage();
  beforeAll(async () => {
    await store("SECRET_KIND_ENV", "DB_PASSWORD", PASSWORD);
    await store("SECRET_KIND_ENV", "DB_USER", "app");
    await store("SECRET_KIND_FILE", "ca.pem", "text of the file");
    await store("SECRET_KIND_FILE", "key.bin", Buffer.from([0, 255, 1, 254]));
    await store("SECRET_KIND_OPAQUE", "master-key", "never leaves");
  });
  async function store(kind: SecretKind, secretId: string, value: string | Buffer): Promise<void> {
    const { secrets } = house.people.owner;
    const secret = { kind, value: Buffer.from(value) };
    await invoke(secrets, secrets.CreateSecret, { parent: SAMPLE.project, secretId, secret });
  }

  const inShell = (script: string, ...options: string[]) =>
    house.stage.docker("run", "--rm", ...LABELLED_QUICK, ...options, IMAGE, "sh", "-c", script);

  describe("is given", () => {
    const API_KEY = `API_KEY=${SAMPLE.values.user}`;
    const REGISTRY = "DOCKER_CONFIG=/run/secrets/.docker";
    const ENV = [API_KEY, `DB_PASSWORD=${PASSWORD}`, "DB_USER=app", REGISTRY];

    test.concurrent.each([
      ["all without a label", [], [...ENV, "ca.pem", "key.bin", "tls.crt"]],
      ["only the variables that are named", select("DB_USER"), ["DB_USER=app"]],
      ["only the files that are named", select("ca.pem"), ["ca.pem"]],
      ["only the registries that are named", select("example-registry"), [REGISTRY]],
      ["some of each kind, with spaces between", select("DB_USER , ca.pem"), ["DB_USER=app", "ca.pem"]],
      ["what there is of what it can do without", select("DB_USER?,NOPE?,n.pem?"), ["DB_USER=app"]],
      ["nothing, if there is nothing of what it can do without", select("NOPE?"), []],
      ["no opaque secret", select("master-key?"), []],
      [
        "a secret under another name beside its own",
        [...alias("ALIAS", "DB_USER"), ...select("DB_USER")],
        ["ALIAS=app", "DB_USER=app"],
      ],
      [
        "one that it has not selected under two other names only",
        [...alias("ALIAS", "DB_USER"), ...alias("ALIAS_TOO", "DB_USER"), ...select("ca.pem")],
        ["ALIAS=app", "ALIAS_TOO=app", "ca.pem"],
      ],
      ["a file as a variable", [...alias("ALIAS", "ca.pem"), ...select("NOPE?")], ["ALIAS=text of the file"]],
      ["one in another's place", [...alias("API_KEY", "DB_USER"), ...select("API_KEY")], ["API_KEY=app"]],
      ["no other name of what it can do without", [...alias("ALIAS", "NOPE"), ...select("NOPE?")], []],
    ])("%s", async (_what, options, expected) => {
      expect((await inShell(SHOW, ...options)).split("\n").filter(Boolean)).toEqual(expected);
    });
  });

  describe("has its references filled in", () => {
    const url = (...options: string[]) => inShell('printf %s "$URL"', ...options);

    test.concurrent.each([
      ["one in the middle", `app:${reference("DB_PASSWORD")}@db/app`, `app:${PASSWORD}@db/app`],
      [
        "several",
        `${reference("DB_USER")}:${reference("DB_USER")}-${reference("API_KEY")}`,
        `app:app-${SAMPLE.values.user}`,
      ],
      ["a file's text", `<${reference("ca.pem")}>`, "<text of the file>"],
      ["one beside what only looks like one", `${LOOKALIKES}${reference("DB_USER")}`, `${LOOKALIKES}app`],
    ])("%s", async (_what, text, expected) => {
      expect(await url(...refer(text))).toBe(expected);
    });

    test("of a secret that it has not selected", async () => {
      expect(await url(...refer(reference("DB_USER")), ...select("ca.pem"))).toBe("app");
    });

    test("in the variable of the secret's own name", async () => {
      const own = ["-e", `DB_USER=Bearer ${reference("DB_USER")}`];
      expect(await inShell('printf %s "$DB_USER"', ...own)).toBe("Bearer app");
    });

    test("and not without a label: then it is a text like any other", async () => {
      const text = `a${reference("DB_USER")}`;
      const words = ["--runtime", "keyhold", ...refer(text), IMAGE, "sh", "-c", 'printf %s "$URL"'];
      expect(await house.stage.docker("run", "--rm", ...words)).toBe(text);
    });
  });

  describe("is refused, with container, secret, target and what to do, for", () => {
    const missing = (id: string, where: string) =>
      `needs the secret ${id} (${where}), and acme/workspaces/ws-1 has none of that name; store it, see what there is with: ` +
      "keyhold explain acme/workspaces/ws-1; or ";

    test.each([
      ["a missing secret", select("DB_USER,NOPE"), "NOPE", "the label keyhold.secrets"],
      ["an opaque secret", select("master-key"), "master-key", "the label keyhold.secrets"],
      ["a missing secret under another name", alias("ALIAS", "NOPE"), "NOPE", "the label keyhold.env.ALIAS"],
      [
        "a missing secret in a reference",
        refer(reference("NOPE")),
        "NOPE",
        "a reference in the variable URL",
      ],
      [
        "one that it can do without and refers to",
        [...refer(reference("NOPE")), ...select("NOPE?")],
        "NOPE",
        "a reference in the variable URL",
      ],
    ])("%s", async (_what, options, id, where) => {
      expect(await refusal(...options)).toContain(`keyhold: container chooser ${missing(id, where)}`);
    });

    test.each([
      [
        "a registry as a variable",
        alias("ALIAS", "example-registry"),
        /keyhold.env.ALIAS of container chooser names example-registry of acme\/workspaces\/ws-1, which is a registry's credential.*leave it out/,
      ],
      [
        "a binary file as a variable",
        alias("ALIAS", "key.bin"),
        /secret key.bin of acme\/workspaces\/ws-1 cannot be a variable of container chooser: it is not UTF-8.*--kind file/,
      ],
      [
        "a reference that does not end",
        refer(reference("DB_USER").slice(0, -1)),
        /the variable URL of container chooser has a reference without a closing brace; write /,
      ],
      [
        "a reference to no name",
        refer(reference("")),
        /the variable URL of container chooser has a reference that is not .*; write /,
      ],
      [
        "a reserved variable",
        alias("PATH", "DB_USER"),
        /container chooser.*keyhold.env.PATH="DB_USER" names the reserved variable PATH; choose another/,
      ],
      [
        "an empty selection",
        select(""),
        /container chooser.*keyhold.secrets="" has an empty name in it; write/,
      ],
      ["a secret that is named twice", select("DB_USER,DB_USER?"), /chooser.*names DB_USER twice; name each/],
      ["a name that no secret can have", select("äöü"), /container chooser.*names "äöü"; write names/],
    ])("%s", async (_what, options, reason) => {
      expect(await refusal(...options)).toMatch(reason);
    });

    test("what a label of many kilobytes names wrongly: what to do is still said", async () => {
      const optional = Array.from({ length: 500 }, (_, index) => `OPTIONAL_SECRET_${index}?`);
      const said = await refusal(...select([...optional, "äöü"].join(",")));
      expect(said).toMatch(
        /container chooser.*SECRET_0\?.*… \(\d+ characters\)" names "äöü"; write names of/,
      );
    });
  });

  test("may refer to a secret in its image's ENV", async () => {
    // In single quotes, or the engine would look for a variable of that name while it makes the image.
    const changes = [`ENV URL='db://${reference("DB_USER")}'`];
    await importBaseImage(house.stage.engine, "keyhold/refers", { changes });
    const words = [...LABELLED_QUICK, "keyhold/refers", "sh", "-c", 'printf %s "$URL"'];
    expect(await house.stage.docker("run", "--rm", ...words)).toBe("db://app");
  });

  /** What `docker run` says, and that no instruction of the container has run. */
  async function refusal(...options: readonly string[]): Promise<string> {
    const run = [
      "run",
      "--rm",
      "--name",
      "chooser",
      ...LABELLED_QUICK,
      ...options,
      IMAGE,
      "echo",
      "it has run",
    ];
    const answer = await house.stage.docker.try(...run);
    expect(answer.status).not.toBe(0);
    expect(answer.stdout).toBe("");
    return answer.stderr;
  }
});
