import { Select } from "@mantine/core";
import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { principalLabel, shortName } from "../api/names.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { UsersIcon } from "../parts/icons.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { EmptyState } from "../parts/states.tsx";
import { Tag } from "../parts/tag.tsx";
import { Time } from "../parts/time.tsx";
import { toast, toastError } from "../parts/toasts.tsx";
import { Toolbar } from "../parts/toolbar.tsx";
import type { Member, Membership } from "./membership.ts";
import { RemoveButton } from "./remove-button.tsx";

/** Members with their roles; whoever may changes them in place. */
export function MemberTable(props: {
  readonly list: UseQueryResult<readonly Member[]>;
  readonly membership: Membership;
  readonly mayChange: boolean;
}) {
  const { list, membership, mayChange } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a membership is made anew each time and says the same
  const columns = useMemo(() => columnsOf(membership, mayChange), [membership.parent, mayChange]);
  return <Loaded query={list}>{(members) => <Members {...{ members, membership, columns }} />}</Loaded>;
}

function Members(props: {
  readonly members: readonly Member[];
  readonly membership: Membership;
  readonly columns: readonly Column<Member>[];
}) {
  const { members, membership, columns } = props;
  if (members.length === 0) {
    return (
      <EmptyState
        icon={<UsersIcon />}
        title="Nobody yet"
        commands={[`keyhold member add ${shortName(membership.parent)} alice --role member`]}
      >
        Admins of the organization can do everything here all the same; members see the names of its secrets,
        readers read their values, maintainers write them.
      </EmptyState>
    );
  }
  return (
    <>
      <Toolbar
        placeholder="Search the members"
        count={members.length === 1 ? "1 member" : `${members.length} members`}
      />
      <DataTable label="Members" rows={members} columns={columns} keyOf={({ principal = "" }) => principal} />
    </>
  );
}

function columnsOf(membership: Membership, mayChange: boolean): readonly Column<Member>[] {
  const labelOf = (role: string | undefined) =>
    membership.roles.find(({ value }) => value === role)?.label ?? "—";
  return [
    {
      id: "name",
      header: "Name",
      value: ({ principal = "" }) => principalLabel(principal),
      cell: ({ principal = "" }) => <b>{principalLabel(principal)}</b>,
    },
    {
      id: "kind",
      header: "Kind",
      value: ({ principal = "" }) => (principal.includes("/serviceAccounts/") ? "service account" : "user"),
    },
    {
      id: "role",
      header: "Role",
      value: ({ role }) => labelOf(role),
      cell: (member) =>
        mayChange ? <RoleField member={member} membership={membership} /> : <Tag>{labelOf(member.role)}</Tag>,
    },
    {
      id: "since",
      header: "Since",
      searchable: false,
      value: ({ createTime = "" }) => createTime,
      cell: ({ createTime }) => <Time at={createTime} />,
    },
    ...(mayChange
      ? [
          {
            id: "actions",
            header: "",
            value: () => "",
            cell: (member: Member) => <RemoveButton member={member} membership={membership} />,
          },
        ]
      : []),
  ];
}

function RoleField({ member, membership }: { readonly member: Member; readonly membership: Membership }) {
  const { principal = "", role = "" } = member;
  const client = useQueryClient();
  const change = async (value: string | null) => {
    if (value === null || value === role) return;
    try {
      await membership.give(principal, value);
      toast(`${principalLabel(principal)} has another role`);
    } catch (thrown) {
      toastError("The role is as it was", thrown);
    }
    await client.invalidateQueries({ queryKey: [membership.list] });
  };
  return (
    <Select
      size="xs"
      w={150}
      aria-label={`Role of ${principalLabel(principal)}`}
      data={[...membership.roles]}
      value={role}
      onChange={change}
      allowDeselect={false}
    />
  );
}
