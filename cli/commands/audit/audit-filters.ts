import type { Command } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { parseMoment } from "../../input/moment.ts";
import { parseOrganization, parsePrincipal } from "../../input/names.ts";

/** Which rows of which log. */
export interface FilterOptions {
  readonly organizationUid?: string;
  readonly since?: string;
  readonly until?: string;
  readonly action?: string;
  readonly result?: string;
  readonly principal?: string;
  readonly resource?: string;
  readonly tokenId?: string;
}

export const ORGANIZATION = "such as acme; left out: the server's own log, for its owner";

export function addLogOption(command: Command): Command {
  return command.option(
    "--organization-uid <uid>",
    "the log of this organization, deleted ones too; for the server's owner",
  );
}

export function addFilterOptions(command: Command): Command {
  return addLogOption(command)
    .option("--since <time>", "only from then on: 2026-11-21T08:00:00Z, or 10m, 2h, 7d ago")
    .option("--until <time>", "only before then")
    .option(
      "--action <name>",
      "only this method or event: AccessSecret, SecretService/UpdateSecret, agent/resolve",
    )
    .option("--result <status>", "only this result: OK, PERMISSION_DENIED, NOT_FOUND")
    .option("--principal <name>", "only what this user, service account or node did")
    .option("--resource <name>", "only about this and what is below it, and who was handed it")
    .option("--token-id <id>", "only what was done with this token");
}

/** @param now milliseconds since 1970 */
export function filtersIn(text: string | undefined, options: FilterOptions, now: number) {
  const { since, until, action = "", result = "", principal, resource, tokenId: token = "" } = options;
  return {
    ...logIn(text, options),
    resource: resource === undefined ? "" : fullName(resource),
    principal: principal === undefined ? "" : principalOf(principal, text),
    action,
    result: result.toUpperCase().replaceAll("-", "_"),
    token,
    ...(since === undefined ? {} : { since: parseMoment(since, "--since", now) }),
    ...(until === undefined ? {} : { until: parseMoment(until, "--until", now) }),
  };
}

/** @throws KeyholdError `invalid` if both an organization and a uid are given */
export function logIn(text: string | undefined, { organizationUid = "" }: FilterOptions) {
  if (text === undefined || organizationUid === "") {
    return { parent: text === undefined ? "" : parseOrganization(text).name, organizationUid };
  }
  throw new KeyholdError({
    code: "invalid",
    field: "--organization-uid",
    message: "both an organization and --organization-uid are given",
    next: "leave one of them out",
  });
}

/** `acme/projects/web` -> `organizations/acme/projects/web`; the server's own resources stay as they are. */
function fullName(text: string): string {
  return /^(?:organizations|tokens|users)\//.test(text) ? text : `organizations/${text}`;
}

function principalOf(text: string, organization: string | undefined): string {
  if (text === "users/owner" || text.includes("/nodes/")) return fullName(text);
  return parsePrincipal(text, organization === undefined ? undefined : parseOrganization(organization).id);
}
