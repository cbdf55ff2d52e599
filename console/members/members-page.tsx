import { Button } from "@mantine/core";
import { useParams } from "wouter";
import { useList } from "../api/queries.ts";
import { useDialog } from "../parts/dialog-state.ts";
import { PlusIcon } from "../parts/icons.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { isAdmin, useRole } from "../session/role.ts";
import { MemberTable } from "./member-table.tsx";
import { organizationMembership } from "./membership.ts";
import { NewMemberDialog } from "./new-member-dialog.tsx";

/** Who belongs to the organization, and as what. */
export default function MembersPage() {
  const { organization } = useParams<"/:organization">();
  const parent = `organizations/${organization}`;
  const list = useList("OrganizationService/ListOrganizationMembers", { parent }, "members");
  const admin = isAdmin(useRole(parent));
  const { dialog, open, close } = useDialog();
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => open("new")}>
      Add somebody
    </Button>
  );
  return (
    <>
      <PageHeader title="Members" actions={admin && add}>
        Owners manage admins, admins manage everything else, members see the names of the organization’s
        secrets and have secrets of their own.
      </PageHeader>
      <MemberTable list={list} membership={organizationMembership(parent)} mayChange={admin} />
      {dialog === "new" && <NewMemberDialog organization={parent} close={close} />}
    </>
  );
}
