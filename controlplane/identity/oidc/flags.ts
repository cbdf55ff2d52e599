import { isIP } from "node:net";
import { z } from "zod";
import { ID_PATTERN } from "../../../common/resource-name.ts";

/** The flags of `keyhold server start` that let people sign in through an OpenID provider; docs/sign-in.md explains them. */
export const oidcFlags = {
  oidcIssuer: z
    .string()
    .refine(isIssuer, "--oidc-issuer has to be an https:// URL without query (http:// only on this machine)")
    .optional()
    .describe("the OpenID provider people sign in with"),
  oidcClientId: z
    .string()
    .min(1, "--oidc-client-id is empty")
    .optional()
    .describe("what we are called there"),
  oidcOrganization: z
    .string()
    .regex(ID_PATTERN, "--oidc-organization has to be an organization's id, like acme")
    .optional()
    .describe("whose users it vouches for"),
  oidcClientSecretFile: z.string().min(1, "--oidc-client-secret-file is empty").optional(),
  publicUrl: z
    .string()
    .refine(isOrigin, "--public-url has to be a URL without a path, like https://keyhold.example.com")
    .transform((text) => new URL(text).origin)
    .optional()
    .describe("how browsers reach the HTTP port"),
};

type OidcFlags = { readonly [K in keyof typeof oidcFlags]?: string | undefined };

/** What is missing or too much, taken together, in sentences. */
export function oidcProblems(flags: OidcFlags, httpHost: string): readonly string[] {
  const { oidcIssuer, oidcClientId, oidcOrganization, oidcClientSecretFile, publicUrl } = flags;
  const needed = {
    "--oidc-issuer": oidcIssuer,
    "--oidc-client-id": oidcClientId,
    "--oidc-organization": oidcOrganization,
  };
  const used = [...Object.values(needed), oidcClientSecretFile].some((value) => value !== undefined);
  if (!used) return [];
  const missing = Object.entries(needed)
    .filter(([, value]) => value === undefined)
    .map(([flag]) => flag);
  const problems = missing.length === 0 ? [] : [`signing in with OIDC also needs ${missing.join(" and ")}`];
  if (publicUrl === undefined && ["0.0.0.0", "::"].includes(httpHost)) {
    problems.push(`signing in with OIDC needs --public-url: browsers cannot open http://${httpHost}`);
  }
  return problems;
}

/** Plain HTTP never leaves the machine. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}

function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.search !== "" || url.hash !== "" || url.username !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && (text === url.origin || text === `${url.origin}/`);
}
