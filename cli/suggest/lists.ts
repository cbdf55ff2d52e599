import type { Api } from "../api/api.ts";

/** One page is enough for a suggestion. */
const PAGE = { pageSize: 1000, pageToken: "" };

type List = (api: Api, parent: string) => Promise<readonly { readonly name: string }[]>;

const LISTS: Readonly<Record<string, List>> = {
  organizations: async (api) =>
    (await api.call("OrganizationService", "ListOrganizations", PAGE)).organizations,
  projects: async (api, parent) =>
    (await api.call("ProjectService", "ListProjects", { parent, ...PAGE })).projects,
  users: async (api, parent) => (await api.call("UserService", "ListUsers", { parent, ...PAGE })).users,
  serviceAccounts: async (api, parent) =>
    (await api.call("UserService", "ListServiceAccounts", { parent, ...PAGE })).serviceAccounts,
  workspaces: async (api, parent) =>
    (await api.call("WorkspaceService", "ListWorkspaces", { parent, ...PAGE })).workspaces,
  nodes: async (api, parent) => (await api.call("NodeService", "ListNodes", { parent, ...PAGE })).nodes,
  secrets: async (api, parent) =>
    (await api.call("SecretService", "ListSecrets", { parent, ...PAGE })).secrets,
};

/**
 * The names in the collection that a name is in, as far as the caller may see them.
 * @returns undefined where the caller may not list the collection
 */
export async function listed(api: Api, name: string): Promise<readonly string[] | undefined> {
  const parts = name.split("/");
  const parent = parts.slice(0, -2).join("/");
  const list = LISTS[parts.at(-2) ?? ""];
  return list?.(api, parent).then(
    (found) => found.map((each) => each.name),
    () => undefined,
  );
}
