import { Link } from "wouter";
import { numberIn } from "../../api/json.ts";
import { pageOf, principalLabel, scopeLabel, scopeOf } from "../../api/names.ts";
import type { Secret } from "../../api/types.ts";
import { Command } from "../../parts/command.tsx";
import { Facts, Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";
import { octal } from "../form/draft.ts";
import { describeKind, kindOf } from "../kinds.ts";
import { Overrides } from "../overrides.tsx";

export function SecretDetails({ secret }: { readonly secret: Secret }) {
  const { name = "", comment = "" } = secret;
  return (
    <Panel title="Details">
      <Facts
        facts={[
          [
            "Scope",
            <Link key="scope" href={`${pageOf(scopeOf(name))}/secrets`}>
              {scopeLabel(scopeOf(name))}
            </Link>,
          ],
          ["Kind", describeKind(kindOf(secret.kind))],
          ["Version", `${numberIn(secret.version)}, ${numberIn(secret.size).toLocaleString("en")} bytes`],
          ["Last updated", <Time key="updated" at={secret.updateTime} />],
          ["Updated by", principalLabel(secret.updater ?? "")],
          ["Created by", principalLabel(secret.creator ?? "")],
          ["Overridden by", <Overrides key="overrides" scopes={secret.overriddenBy ?? []} />],
          ...placeOf(secret),
          ...(comment === "" ? [] : [["Comment", comment] as const]),
        ]}
      />
      <p className="dim">
        The value is write-only: no page shows it. Whoever has the right to it reads it with
      </p>
      <Command>{`keyhold secret access ${scopeOf(name).replace("organizations/", "")} ${name.split("/").at(-1)}`}</Command>
    </Panel>
  );
}

const GONE = "projects and workspaces that are deleted: it reaches nothing";

function placeOf(secret: Secret): readonly (readonly [string, string])[] {
  const {
    only = [],
    onlyOthers = 0,
    limited,
    mode,
    ownerUid,
    ownerGid,
    path = "",
    registry = "",
    username = "",
  } = secret;
  const owner = `${ownerUid ?? "the container’s user"} : ${ownerGid ?? "its group"}`;
  return [
    ...(path === "" ? [] : [["Path", path] as const]),
    ...(mode === undefined ? [] : [["Mode", octal(Number(mode))] as const]),
    ...(path === "" ? [] : [["Owner", owner] as const]),
    ...(registry === "" ? [] : [["Registry", `${registry} as ${username}`] as const]),
    ...(only.length === 0 ? [] : [["Limited to", only.map(scopeLabel).join(", ")] as const]),
    ...(limited === true && only.length === 0 && onlyOthers === 0 ? [["Limited to", GONE] as const] : []),
  ];
}
