import type { ReactNode } from "react";
import { idOf, levelOf, organizationOf, scopeLabel, scopeOf } from "../../api/names.ts";
import type { Secret } from "../../api/types.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { type Tab, Tabs } from "../../parts/tabs.tsx";
import { Tag } from "../../parts/tag.tsx";
import { isAdmin, useRole } from "../../session/role.ts";
import { kindEntry, kindOf } from "../kinds.ts";
import { DeletedNotice } from "./deleted-notice.tsx";
import { SecretActions } from "./secret-actions.tsx";
import { useSecret } from "./use-secret.ts";

/** Around each view of a secret. */
export function SecretFrame(props: {
  readonly name: string;
  readonly children: (secret: Secret) => ReactNode;
}) {
  const { name } = props;
  const secret = useSecret(name);
  const admin = isAdmin(useRole(organizationOf(name)));
  const { data } = secret;
  const kind = data === undefined ? undefined : <Tag>{kindEntry(kindOf(data.kind)).label}</Tag>;
  return (
    <>
      <PageHeader
        title={idOf(name)}
        crumbs={crumbsOf(scopeOf(name))}
        badge={kind}
        actions={data !== undefined && data.deleteTime === undefined && <SecretActions secret={data} />}
      />
      <Tabs label="Secret" tabs={tabsOf(name, admin)} />
      <Loaded query={secret}>
        {(known) => (
          <>
            {known.deleteTime !== undefined && <DeletedNotice secret={known} />}
            {props.children(known)}
          </>
        )}
      </Loaded>
    </>
  );
}

function crumbsOf(scope: string) {
  const level = levelOf(scope);
  const all = `/${organizationOf(scope)}`;
  const above = level === "project" ? [{ label: "Projects", href: `${all}/projects` }] : [];
  const spaces = level === "workspace" ? [{ label: "Workspaces", href: `${all}/workspaces` }] : [];
  const words = { organization: "Organization secrets", user: "My secrets", project: "", workspace: "" }[
    level
  ];
  return [...above, ...spaces, { label: words || scopeLabel(scope), href: `/${scope}/secrets` }];
}

function tabsOf(name: string, admin: boolean): readonly Tab[] {
  return [
    { label: "Overview", href: `/${name}` },
    { label: "History", href: `/${name}/versions` },
    // The audit log is for owners and admins.
    ...(admin ? [{ label: "Audit trail", href: `/${name}/auditEvents` }] : []),
  ];
}
