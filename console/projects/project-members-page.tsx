import { Button, Group, Modal, Select } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useParams } from "wouter";
import { organizationOf, principalLabel } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import { MemberTable } from "../members/member-table.tsx";
import { projectMembership } from "../members/membership.ts";
import { useDialog } from "../parts/dialog-state.ts";
import { FormError } from "../parts/form-error.tsx";
import { PlusIcon } from "../parts/icons.tsx";
import { toast } from "../parts/toasts.tsx";
import { useMayWrite } from "../session/may-write.ts";
import { ProjectHeader } from "./project-header.tsx";

export default function ProjectMembersPage() {
  const { organization, project } = useParams<"/:organization/:project">();
  const parent = `organizations/${organization}/projects/${project}`;
  const list = useList("ProjectService/ListProjectMembers", { parent }, "members");
  // Who writes a project's secrets also says who belongs to it.
  const mayChange = useMayWrite(parent);
  const { dialog, open, close } = useDialog();
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => open("new")}>
      Add a member
    </Button>
  );
  return (
    <>
      <ProjectHeader project={parent} actions={mayChange && add} />
      <MemberTable list={list} membership={projectMembership(parent)} mayChange={mayChange} />
      {dialog === "new" && <AddDialog project={parent} close={close} />}
    </>
  );
}

function AddDialog({ project, close }: { readonly project: string; readonly close: () => void }) {
  const client = useQueryClient();
  const membership = projectMembership(project);
  const everybody = useList(
    "OrganizationService/ListOrganizationMembers",
    { parent: organizationOf(project) },
    "members",
  );
  const [principal, setPrincipal] = useState<string | null>(null);
  const [role, setRole] = useState("PROJECT_ROLE_MEMBER");
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await membership.give(principal ?? "", role);
      await client.invalidateQueries({ queryKey: [membership.list] });
      toast(`${principalLabel(principal ?? "")} belongs to the project`);
      close();
    } catch (thrown) {
      setError(thrown);
    }
  };
  const data = (everybody.data ?? []).map(({ principal: name = "" }) => ({
    value: name,
    label: principalLabel(name),
  }));
  return (
    <Modal opened onClose={close} title="Add a member" centered>
      <form onSubmit={submit}>
        <Select
          label="Who"
          data={data}
          value={principal}
          onChange={setPrincipal}
          error={everybody.error?.message}
          searchable
          data-autofocus
        />
        <Select
          mt="md"
          label="Role"
          data={[...membership.roles]}
          value={role}
          onChange={(value) => setRole(value ?? role)}
          allowDeselect={false}
        />
        <FormError error={error} />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" disabled={principal === null}>
            Add
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
