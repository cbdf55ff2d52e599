import { Button, Checkbox, Group, Modal, MultiSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { call, type Response } from "../api/call.ts";
import { ApiError, sentence } from "../api/error.ts";
import { idOf } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import { Command } from "../parts/command.tsx";
import { FormError } from "../parts/form-error.tsx";
import { Time } from "../parts/time.tsx";

type Made = Response<"NodeService/CreateJoinToken">;

/** A join token: works once, ends soon, and is shown only here. */
export function JoinDialog({
  organization,
  close,
}: {
  readonly organization: string;
  readonly close: () => void;
}) {
  const [made, setMade] = useState<Made>();
  return (
    <Modal
      opened
      onClose={close}
      title="Add a node"
      size="lg"
      centered
      closeOnClickOutside={made === undefined}
      closeOnEscape={made === undefined}
      withCloseButton={made === undefined}
    >
      {made === undefined ? (
        <Form organization={organization} done={setMade} cancel={close} />
      ) : (
        <Joining made={made} close={close} />
      )}
    </Modal>
  );
}

function Form(props: {
  readonly organization: string;
  readonly done: (made: Made) => void;
  readonly cancel: () => void;
}) {
  const { organization, done } = props;
  const [node, setNode] = useState("");
  const [projects, setProjects] = useState<string[]>([]);
  const [claimAny, setClaimAny] = useState(false);
  const [error, setError] = useState<unknown>();
  const all = useList("ProjectService/ListProjects", { parent: organization }, "projects");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const request = { parent: organization, nodeId: node, projects, claimAny };
      done(await call("NodeService/CreateJoinToken", request));
    } catch (thrown) {
      setError(thrown);
    }
  };
  const isName = error instanceof ApiError && error.field === "node_id";
  return (
    <form onSubmit={submit}>
      <TextInput
        label="Name"
        description="Left empty: the host’s own name."
        placeholder="build-1"
        value={node}
        onChange={(event) => setNode(event.currentTarget.value)}
        error={isName ? `${sentence(error.message)} ${sentence(error.next ?? "")}` : undefined}
        autoComplete="off"
        data-autofocus
      />
      <MultiSelect
        mt="md"
        label="Projects"
        description="Whose secrets it may give to builds, and whose workspaces it may run when they have no node yet."
        data={(all.data ?? []).map(({ name = "" }) => ({ value: name, label: idOf(name) }))}
        value={projects}
        onChange={setProjects}
        error={all.error?.message}
      />
      <Checkbox
        mt="md"
        label="Run any workspace that has no node yet"
        checked={claimAny}
        onChange={(event) => setClaimAny(event.currentTarget.checked)}
      />
      {!isName && <FormError error={error} />}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={props.cancel}>
          Cancel
        </Button>
        <Button type="submit">Make a join token</Button>
      </Group>
    </form>
  );
}

function Joining({ made, close }: { readonly made: Made; readonly close: () => void }) {
  return (
    <>
      <p>
        Run this on the host, as root. The token works once, is not shown again, and ends{" "}
        <Time at={made.expireTime} deadline />.
      </p>
      <Command>{`keyhold agent start --server ${window.location.hostname}:7443 --join ${made.joinToken}`}</Command>
      <p className="dim">The server’s gRPC port is another one if it was started with --api-listen.</p>
      <Group justify="flex-end" mt="lg">
        <Button onClick={close}>Done</Button>
      </Group>
    </>
  );
}
