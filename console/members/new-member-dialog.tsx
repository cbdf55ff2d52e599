import { Button, Group, Modal, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../api/call.ts";
import { ApiError, sentence } from "../api/error.ts";
import { FormError } from "../parts/form-error.tsx";
import { toast } from "../parts/toasts.tsx";
import { InvitationPanel } from "./invitation-panel.tsx";
import { organizationMembership } from "./membership.ts";

type Kind = "user" | "service-account";

const NEXT: Readonly<Record<Kind, string>> = {
  user: "They sign in with their address, or with an invitation.",
  "service-account": "Make a token for it: keyhold token create.",
};

const AGAIN = "The tokens and secrets from before the removal count again.";
const COLLECTIONS: Readonly<Record<Kind, string>> = { user: "users", "service-account": "serviceAccounts" };

/** A person or a program that the organization does not have yet, and its role. */
export function NewMemberDialog({
  organization,
  close,
}: {
  readonly organization: string;
  readonly close: () => void;
}) {
  const client = useQueryClient();
  const membership = organizationMembership(organization);
  const [kind, setKind] = useState<Kind>("user");
  const [id, setId] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("ORGANIZATION_ROLE_MEMBER");
  const [error, setError] = useState<unknown>();
  const [invitation, setInvitation] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const made = kind === "user" ? makeUser(organization, id, email) : makeServiceAccount(organization, id);
      const created = await made.catch((thrown) => {
        if (thrown instanceof ApiError && thrown.code === "exists") return undefined;
        throw thrown;
      });
      const name = created ?? `${organization}/${COLLECTIONS[kind]}/${id}`;
      if (created === undefined) await refuseMember(organization, name, id);
      // A new user is a member from the start; one that was removed before has no role.
      if (created === undefined || role !== "ORGANIZATION_ROLE_MEMBER") await membership.give(name, role);
      toast(
        created === undefined ? `Added ${id} again` : `Added ${id}`,
        created === undefined ? AGAIN : NEXT[kind],
      );
      // A person with an address signs in with the organization's provider, one that was here before as before.
      if (created !== undefined && kind === "user" && email === "") {
        setInvitation((await call("UserService/InviteUser", { name })).secret ?? "");
      } else {
        close();
      }
    } catch (thrown) {
      setError(thrown);
    }
    await client.invalidateQueries({ queryKey: [membership.list] });
  };
  const at = (...fields: readonly string[]) =>
    error instanceof ApiError && fields.includes(error.field ?? "")
      ? `${sentence(error.message)} ${sentence(error.next ?? "")}`
      : undefined;
  if (invitation !== undefined) {
    return (
      <Modal
        opened
        onClose={close}
        title={`Invitation for ${id}`}
        centered
        size="lg"
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
      >
        <InvitationPanel user={id} invitation={invitation} close={close} />
      </Modal>
    );
  }
  const [name, address] = [at("user_id", "service_account_id"), at("user.email")];
  return (
    <Modal opened onClose={close} title="Add somebody" centered>
      <form onSubmit={submit}>
        <SegmentedControl
          fullWidth
          aria-label="Kind"
          transitionDuration={0}
          data={[
            { value: "user", label: "A person" },
            { value: "service-account", label: "A program" },
          ]}
          value={kind}
          onChange={(value) => setKind(value as Kind)}
        />
        <TextInput
          mt="md"
          label="Name"
          placeholder={kind === "user" ? "alice" : "ci"}
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          error={name}
          autoComplete="off"
          data-autofocus
        />
        {kind === "user" && (
          <TextInput
            mt="md"
            label="Email address"
            description="For signing in with the organization’s provider. Without one you get an invitation to send."
            placeholder="alice@example.com"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={address}
            autoComplete="off"
          />
        )}
        <Select
          mt="md"
          label="Role"
          data={[...membership.roles]}
          value={role}
          onChange={(value) => setRole(value ?? role)}
          allowDeselect={false}
        />
        {name === undefined && address === undefined && <FormError error={error} />}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit">Add</Button>
        </Group>
      </form>
    </Modal>
  );
}

/** @throws ApiError if the principal has a role, which adding it again would change without a word */
async function refuseMember(parent: string, principal: string, id: string): Promise<void> {
  const { members = [] } = await call("OrganizationService/ListOrganizationMembers", {
    parent,
    pageSize: 1000,
  });
  if (!members.some((member) => member.principal === principal)) return;
  const details = { field: "user_id", next: "change the role in the list of members" };
  throw new ApiError({ code: "exists", message: `${id} is a member already`, details });
}

async function makeUser(parent: string, userId: string, email: string): Promise<string> {
  const { name = "" } = await call("UserService/CreateUser", {
    parent,
    userId,
    user: email === "" ? {} : { email },
  });
  return name;
}

async function makeServiceAccount(parent: string, serviceAccountId: string): Promise<string> {
  const { name = "" } = await call("UserService/CreateServiceAccount", {
    parent,
    serviceAccountId,
    serviceAccount: {},
  });
  return name;
}
