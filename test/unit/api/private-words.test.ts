import { expect, test } from "vitest";
import { PrivateWords } from "../../../controlplane/api/edge/private-words.ts";
import { ANONYMOUS } from "../../../controlplane/identity/principal.ts";

const WORKSPACE = "organizations/acme/workspaces/ws-1";
const stores = {
  workspaces: { find: async () => ({ owner: "organizations/acme/users/alice" }) },
  secrets: { candidates: async () => [{ id: "API_KEY" }, { id: "tls.crt" }] },
};

function wordsOf(isOwner: boolean, found: object = stores) {
  const access = { mayResolve: async () => isOwner };
  return new PrivateWords(found as never, access, ANONYMOUS);
}

test("private names are taken out of a text about a workspace's container, whatever stands around them", async () => {
  const text =
    "its variable URL needs API_KEY, and /run/secrets/tls.crt is API_KEY. See MY_API_KEY and API_KEY_2";
  expect(await wordsOf(false).without(text, WORKSPACE)).toBe(
    "its variable URL needs (private), and /run/secrets/(private) is (private). See MY_API_KEY and API_KEY_2",
  );
});

test("the owner of the workspace reads the text as it is, and everyone what is about a project", async () => {
  expect(await wordsOf(true).without("needs API_KEY", WORKSPACE)).toBe("needs API_KEY");
  const project = "organizations/acme/projects/web";
  expect(await wordsOf(false).without("needs API_KEY", project)).toBe("needs API_KEY");
});

test("a text about a workspace that is deleted is not shown, as its names are not known any more", async () => {
  const gone = { ...stores, workspaces: { find: async () => undefined } };
  expect(await wordsOf(false, gone).without("needs API_KEY", WORKSPACE)).not.toContain("API_KEY");
});
