/** What stands in place of the name of a user's or workspace's secret for everyone but that user. */
export const PRIVATE_NAME = "(private)";

const PRIVATE_SECRET = /^(organizations\/[^/]+\/(?:users|workspaces)\/[^/]+\/secrets\/)(.+)$/;

/** Whether the text is the resource name of a user's or workspace's secret, or of one of its versions. */
export function isPrivateName(name: string): boolean {
  return PRIVATE_SECRET.test(name);
}

/** `organizations/acme/users/alice/secrets/API_KEY` -> `organizations/acme/users/alice/secrets/(private)`; other names stay. */
export function withoutPrivateName(name: string): string {
  return name.replace(PRIVATE_SECRET, `$1${PRIVATE_NAME}`);
}

/** The same for `NAME@VERSION`: the version stays. */
export function withoutPrivateDelivery(item: string): string {
  const at = item.lastIndexOf("@");
  return at < 0 ? withoutPrivateName(item) : `${withoutPrivateName(item.slice(0, at))}${item.slice(at)}`;
}
