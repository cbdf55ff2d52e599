import { Command, Option } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { type Scope, shortName } from "../../../common/resource-name.ts";
import type { OrganizationRole } from "../../../proto/gen/keyhold/v1/OrganizationRole.ts";
import type { ProjectRole } from "../../../proto/gen/keyhold/v1/ProjectRole.ts";
import { type Api, everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseMemberScope, parsePrincipal } from "../../input/names.ts";
import { enumWord, formatTime } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";

const ORGANIZATION_ROLES: Record<string, OrganizationRole> = {
  owner: "ORGANIZATION_ROLE_OWNER",
  admin: "ORGANIZATION_ROLE_ADMIN",
  member: "ORGANIZATION_ROLE_MEMBER",
};
const PROJECT_ROLES: Record<string, ProjectRole> = {
  maintainer: "PROJECT_ROLE_MAINTAINER",
  reader: "PROJECT_ROLE_READER",
  member: "PROJECT_ROLE_MEMBER",
};
const ANY_ROLE = [...new Set([...Object.keys(ORGANIZATION_ROLES), ...Object.keys(PROJECT_ROLES)])];

interface Member {
  readonly principal: string;
  readonly role: string;
  readonly createTime: { seconds: number; nanos: number } | null;
}

const COLUMNS: readonly Column<Member>[] = [
  { title: "Principal", cell: (row) => shortName(row.principal) },
  { title: "Role", cell: (row) => enumWord(row.role) },
  { title: "Since", cell: (row) => formatTime(row.createTime) },
];

/** `keyhold member`: roles in an organization or a project. */
export function memberCommand(cli: Cli): Command {
  const group = new Command("member").description(
    "manage roles: owner, admin or member of an organization; maintainer, reader or member of a project",
  );
  group.addCommand(addCommand(cli));
  group.addCommand(removeCommand(cli));
  group.addCommand(listCommand(cli));
  return group;
}

function addCommand(cli: Cli): Command {
  const add = new Command("add")
    .description("grant a user or service account a role, or change its role")
    .argument("<scope>", "an organization or project: acme, acme/projects/web")
    .argument("<principal>", "such as alice, service-account:ci or acme/users/alice")
    .addOption(new Option("--role <role>", "the role").choices(ANY_ROLE).makeOptionMandatory())
    .action(async (scopeText: string, principalText: string, options: { role: string }) => {
      const scope = parseMemberScope(scopeText);
      const principal = parsePrincipal(principalText, scope.organization);
      const member = await withApi(cli, (api) => addMember(api, scope, principal, options.role));
      cli.printer.done(
        `${shortName(principal)} is ${enumWord(member.role)} of ${shortName(scope.name)}`,
        member,
      );
    });
  return withExamples(
    add,
    "keyhold member add acme alice --role admin",
    "keyhold member add acme/projects/web service-account:build --role reader",
  );
}

function addMember(api: Api, scope: Scope, principal: string, word: string): Promise<Member> {
  const parent = scope.name;
  if (scope.level === "organization") {
    const role = roleOf(ORGANIZATION_ROLES, word, scope);
    return api.call("OrganizationService", "AddOrganizationMember", { parent, principal, role });
  }
  const role = roleOf(PROJECT_ROLES, word, scope);
  return api.call("ProjectService", "AddProjectMember", { parent, principal, role });
}

function removeCommand(cli: Cli): Command {
  const remove = new Command("remove")
    .description("revoke a role")
    .argument("<scope>", "an organization or project: acme, acme/projects/web")
    .argument("<principal>", "such as alice, service-account:ci or acme/users/alice")
    .action(async (scopeText: string, principalText: string) => {
      const scope = parseMemberScope(scopeText);
      const principal = parsePrincipal(principalText, scope.organization);
      const request = { parent: scope.name, principal };
      await withApi(cli, async (api) => {
        if (scope.level === "organization")
          await api.call("OrganizationService", "RemoveOrganizationMember", request);
        else await api.call("ProjectService", "RemoveProjectMember", request);
      });
      const sentence = `${shortName(principal)} has no role in ${shortName(scope.name)} any more`;
      cli.printer.done(sentence, { ...request, removed: true });
    });
  return withExamples(remove, "keyhold member remove acme/projects/web alice");
}

function listCommand(cli: Cli): Command {
  const list = new Command("list")
    .description("list members and their roles")
    .argument("<scope>", "an organization or project: acme, acme/projects/web")
    .action(async (scopeText: string) => {
      const scope = parseMemberScope(scopeText);
      const members = await withApi(cli, (api) => listMembers(api, scope));
      cli.printer.list(COLUMNS, members, `no members in ${shortName(scope.name)}`);
    });
  return withExamples(list, "keyhold member list acme", "keyhold member list acme/projects/web");
}

function listMembers(api: Api, scope: Scope): Promise<Member[]> {
  const parent = scope.name;
  if (scope.level === "organization") {
    return everyPage(
      (page) => api.call("OrganizationService", "ListOrganizationMembers", { parent, ...page }),
      (page) => page.members,
    );
  }
  return everyPage(
    (page) => api.call("ProjectService", "ListProjectMembers", { parent, ...page }),
    (page) => page.members,
  );
}

function roleOf<R>(roles: Record<string, R>, word: string, scope: Scope): R {
  const role = roles[word];
  if (role !== undefined) return role;
  throw new KeyholdError({
    code: "invalid",
    field: "--role",
    message: `nobody can be ${word} of ${shortName(scope.name)}: it is ${scope.level === "project" ? "a project" : "an organization"}`,
    next: `choose --role ${Object.keys(roles).join(" or --role ")}`,
  });
}
