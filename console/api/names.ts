/**
 * Resource names, as the API has them. The address of a resource's page is its name with a slash before it, so a link to a page
 * says what it shows: `/organizations/acme/projects/web/secrets/API_KEY`.
 */

export type Level = "organization" | "project" | "user" | "workspace";

const LEVELS: Readonly<Record<string, Level>> = {
  projects: "project",
  users: "user",
  workspaces: "workspace",
};

/** `organizations/acme/projects/web/secrets/X` -> `organizations/acme` */
export function organizationOf(name: string): string {
  return name.split("/").slice(0, 2).join("/");
}

/** The last part. */
export function idOf(name: string): string {
  return name.split("/").at(-1) ?? name;
}

/** `acme/projects/web`, as the command line writes it. */
export function shortName(name: string): string {
  return name.replace(/^organizations\//, "");
}

export function levelOf(scope: string): Level {
  return LEVELS[scope.split("/")[2] ?? ""] ?? "organization";
}

/** `organizations/acme/projects/web/secrets/X` -> `organizations/acme/projects/web` */
export function scopeOf(secret: string): string {
  return secret.slice(0, secret.lastIndexOf("/secrets/"));
}

/** `project web`; for the organization `organization`. */
export function scopeLabel(scope: string): string {
  const level = levelOf(scope);
  return level === "organization" ? level : `${level} ${idOf(scope)}`;
}

/** Where a resource has its page. */
export function pageOf(name: string): string {
  return `/${name}`;
}

/** `alice`, `service account ci`, `server owner`, `node build-1`. */
export function principalLabel(principal: string): string {
  if (principal === "") return "—";
  if (principal === "users/owner") return "server owner";
  if (principal.includes("/serviceAccounts/")) return `service account ${idOf(principal)}`;
  if (principal.includes("/nodes/")) return `node ${idOf(principal)}`;
  return idOf(principal);
}
