import { Button, Group } from "@mantine/core";
import { Command } from "../parts/command.tsx";

/** What an admin sends to the person. It is in the memory of this dialog only, and gone with it. */
export function InvitationPanel(props: {
  readonly user: string;
  readonly invitation: string;
  readonly close: () => void;
}) {
  return (
    <>
      <p>Send this invitation to {props.user}. It works once, for 7 days, and is not shown again.</p>
      <Command>{props.invitation}</Command>
      <p className="dim">
        {props.user} pastes it into the sign-in page of this console, or types it after this command:
      </p>
      <Command>keyhold login --server HOST:7443 --ca-file ca.crt --invite</Command>
      <Group justify="flex-end" mt="lg">
        <Button onClick={props.close}>I have copied it</Button>
      </Group>
    </>
  );
}
