/** The dialogs of a scope's page. */
export function ScopeDialogs(_: { readonly scope: string }) {
  return null;
}
