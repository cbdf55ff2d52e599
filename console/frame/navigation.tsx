import { NavLink } from "@mantine/core";
import type { ComponentType } from "react";
import { Link, useLocation } from "wouter";
import { organizationOf } from "../api/names.ts";
import {
  BoxIcon,
  BuildingIcon,
  FolderIcon,
  KeyIcon,
  ListIcon,
  RolloutIcon,
  ServerIcon,
  TicketIcon,
  UsersIcon,
} from "../parts/icons.tsx";
import { isAdmin, useOwnScope, useRole } from "../session/role.ts";
import { Account } from "./account.tsx";
import classes from "./navigation.module.css";
import { OrganizationSwitch } from "./organization-switch.tsx";

interface Entry {
  readonly label: string;
  readonly href: string;
  readonly icon: ComponentType;
}

/** The organization is that of the address; without one only the account is shown. */
export function Navigation() {
  const [path] = useLocation();
  const organization = path.startsWith("/organizations/") ? organizationOf(path.slice(1)) : undefined;
  return (
    <div className={classes.navigation}>
      {organization !== undefined && (
        <>
          <OrganizationSwitch organization={organization} />
          <Entries organization={organization} path={path} />
        </>
      )}
      <Account />
    </div>
  );
}

function Entries({ organization, path }: { readonly organization: string; readonly path: string }) {
  const admin = isAdmin(useRole(organization));
  const own = useOwnScope(organization);
  const at = (collection: string) => `/${organization}/${collection}`;
  const secrets: readonly Entry[] = [
    ...(own === undefined ? [] : [{ label: "My secrets", href: `/${own}/secrets`, icon: KeyIcon }]),
    { label: "Organization", href: at("secrets"), icon: BuildingIcon },
    { label: "Projects", href: at("projects"), icon: FolderIcon },
    { label: "Workspaces", href: at("workspaces"), icon: BoxIcon },
  ];
  const operations: readonly Entry[] = [
    { label: "Rollouts", href: at("rollouts"), icon: RolloutIcon },
    ...(admin ? [{ label: "Nodes", href: at("nodes"), icon: ServerIcon }] : []),
    ...(admin ? [{ label: "Audit log", href: at("auditEvents"), icon: ListIcon }] : []),
  ];
  const access: readonly Entry[] = [
    { label: "Members", href: at("members"), icon: UsersIcon },
    { label: "Tokens", href: at("tokens"), icon: TicketIcon },
  ];
  return (
    <nav aria-label="Organization" className={classes.entries}>
      <Group title="Secrets" entries={secrets} path={path} />
      <Group title="Operation" entries={operations} path={path} />
      <Group title="Access" entries={access} path={path} />
    </nav>
  );
}

function Group(props: { readonly title: string; readonly entries: readonly Entry[]; readonly path: string }) {
  return (
    <div>
      <h2 className={classes.title}>{props.title}</h2>
      <ul className={classes.list}>
        {props.entries.map(({ label, href, icon: Icon }) => {
          const active = props.path === href || props.path.startsWith(`${href}/`);
          return (
            <li key={href}>
              <NavLink
                component={Link}
                href={href}
                label={label}
                leftSection={<Icon />}
                active={active}
                aria-current={active ? "page" : undefined}
                className={classes.entry}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
