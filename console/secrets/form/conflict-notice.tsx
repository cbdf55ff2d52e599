import { Alert, Button, Group } from "@mantine/core";
import { AlertIcon } from "../../parts/icons.tsx";

/** Another person saved the secret while this form was open: what is typed is kept until one of the two is chosen. */
export interface Conflict {
  /** `alice saved version 5 while you were editing.` */
  readonly text: string;
  /** `Save mine as version 6` */
  readonly action: string;
  readonly discard: () => void;
}

export function ConflictNotice(props: { readonly conflict: Conflict; readonly save: () => void }) {
  const { conflict, save } = props;
  return (
    <Alert color="yellow" variant="light" mt="md" icon={<AlertIcon />} role="alert">
      {conflict.text}
      <Group mt="sm">
        <Button size="compact-md" onClick={save}>
          {conflict.action}
        </Button>
        <Button size="compact-md" variant="default" onClick={conflict.discard}>
          Discard mine
        </Button>
      </Group>
    </Alert>
  );
}
