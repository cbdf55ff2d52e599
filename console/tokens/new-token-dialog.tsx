import { Button, Group, Modal, MultiSelect, Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../api/call.ts";
import { organizationOf, principalLabel, scopeLabel } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import { Command } from "../parts/command.tsx";
import { FormError } from "../parts/form-error.tsx";
import { isAdmin, useRole } from "../session/role.ts";
import { useSession } from "../session/session.ts";

/** A token ends no later than the one it is made with, which is the session's here. */
const LIVES = [
  { value: "600", label: "10 minutes" },
  { value: "3600", label: "1 hour" },
  { value: "", label: "Until this session ends" },
];

/** For oneself; for service accounts where one may. The token is in the memory of this dialog only, and gone with it. */
export function NewTokenDialog({
  organization,
  close,
}: {
  readonly organization: string;
  readonly close: () => void;
}) {
  const [secret, setSecret] = useState<string>();
  return (
    <Modal
      opened
      onClose={close}
      title="New token"
      size="lg"
      centered
      closeOnClickOutside={secret === undefined}
      closeOnEscape={secret === undefined}
      withCloseButton={secret === undefined}
    >
      {secret === undefined ? (
        <Form organization={organization} done={setSecret} cancel={close} />
      ) : (
        <>
          <p>Copy it now: it is not shown again.</p>
          <Command>{secret}</Command>
          <p className="dim">
            keyhold login --server HOST:7443 --ca-file ca.crt takes it from a prompt; a program sends it as
            authorization: Bearer.
          </p>
          <Group justify="flex-end" mt="lg">
            <Button onClick={close}>I have copied it</Button>
          </Group>
        </>
      )}
    </Modal>
  );
}

interface FormProps {
  readonly organization: string;
  readonly done: (secret: string) => void;
  readonly cancel: () => void;
}

function Form({ organization, done, cancel }: FormProps) {
  const client = useQueryClient();
  const { principal: me } = useSession();
  const owns = me.includes("/") && organizationOf(me) === organization;
  const [principal, setPrincipal] = useState(owns ? me : "");
  const [displayName, setDisplayName] = useState("");
  const [scopes, setScopes] = useState<string[]>([]);
  const [life, setLife] = useState("");
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const expireTime =
      life === "" ? {} : { expireTime: new Date(Date.now() + Number(life) * 1000).toISOString() };
    try {
      const made = await call("TokenService/CreateToken", {
        principal,
        token: { displayName, scopes, ...expireTime },
      });
      await client.invalidateQueries({ queryKey: ["TokenService/ListTokens"] });
      done(made.secret ?? "");
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <form onSubmit={submit}>
      <PrincipalField organization={organization} value={principal} onChange={setPrincipal} />
      <TextInput
        mt="md"
        label="What it is for"
        placeholder="CI of the web project"
        value={displayName}
        onChange={(event) => setDisplayName(event.currentTarget.value)}
        autoComplete="off"
      />
      <ScopesField organization={organization} value={scopes} onChange={setScopes} />
      <Select
        mt="md"
        label="Works for"
        description="It ends when you sign out here. For one that lasts: keyhold token create on a command line."
        data={LIVES}
        value={life}
        onChange={(value) => setLife(value ?? "")}
        allowDeselect={false}
      />
      <FormError error={error} />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
        <Button type="submit" disabled={principal === ""}>
          Make the token
        </Button>
      </Group>
    </form>
  );
}

function PrincipalField(props: {
  readonly organization: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  const { principal: me } = useSession();
  const admin = isAdmin(useRole(props.organization));
  const members = useList(
    "OrganizationService/ListOrganizationMembers",
    { parent: props.organization },
    "members",
    { enabled: admin },
  );
  if (!admin) return null;
  const data = (members.data ?? [])
    .map(({ principal = "" }) => principal)
    .filter((principal) => principal === me || principal.includes("/serviceAccounts/"))
    .map((principal) => ({ value: principal, label: principalLabel(principal) }));
  return (
    <Select
      label="Acts as"
      placeholder="You or a service account"
      data={data}
      value={props.value === "" ? null : props.value}
      onChange={(name) => props.onChange(name ?? "")}
      error={members.error?.message}
      searchable
    />
  );
}

function ScopesField(props: {
  readonly organization: string;
  readonly value: string[];
  readonly onChange: (scopes: string[]) => void;
}) {
  const projects = useList("ProjectService/ListProjects", { parent: props.organization }, "projects");
  const workspaces = useList("WorkspaceService/ListWorkspaces", { parent: props.organization }, "workspaces");
  const data = [...(projects.data ?? []), ...(workspaces.data ?? [])].map(({ name = "" }) => ({
    value: name,
    label: scopeLabel(name),
  }));
  return (
    <MultiSelect
      mt="md"
      label="Limit to"
      description="It can act only there. Left empty: wherever whom it acts as can."
      data={data}
      value={props.value}
      onChange={props.onChange}
      error={projects.error?.message ?? workspaces.error?.message}
      searchable
    />
  );
}
