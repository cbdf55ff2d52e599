import { Menu, UnstyledButton } from "@mantine/core";
import { useLocation } from "wouter";
import { idOf } from "../api/names.ts";
import { useRead } from "../api/queries.ts";
import { BuildingIcon, CheckIcon, SelectorIcon } from "../parts/icons.tsx";
import classes from "./organization-switch.module.css";

/** The organization one is in; a menu where there are others. */
export function OrganizationSwitch({ organization }: { readonly organization: string }) {
  const [, go] = useLocation();
  const all = useRead("OrganizationService/ListOrganizations", { pageSize: 1000 });
  const names = all.data?.organizations?.map(({ name = "" }) => name) ?? [];
  if (names.length < 2) return <div className={classes.switch}>{<Shown organization={organization} />}</div>;
  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <UnstyledButton
          className={classes.switch}
          aria-label={`Organization ${idOf(organization)}, change it`}
        >
          <Shown organization={organization} />
          <SelectorIcon size={16} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {names.map((name) => (
          <Menu.Item
            key={name}
            onClick={() => go(`/${name}/secrets`)}
            rightSection={name === organization ? <CheckIcon size={16} /> : null}
          >
            {idOf(name)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Shown({ organization }: { readonly organization: string }) {
  return (
    <>
      <BuildingIcon />
      <span className={classes.name}>{idOf(organization)}</span>
    </>
  );
}
