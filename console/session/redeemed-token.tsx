import { Button, Text } from "@mantine/core";
import { Command } from "../parts/command.tsx";

/** The token that an invitation was exchanged for: it is shown once, and it is the person's only way to sign in again. */
export function RedeemedToken(props: {
  readonly token: string;
  readonly signIn: () => void;
  readonly busy: boolean;
}) {
  return (
    <div>
      <Text mt="md">
        Your invitation is redeemed. This is your API token. Keep it, for example in a password manager: you
        sign in with it from now on, and it is not shown again.
      </Text>
      <Command>{props.token}</Command>
      <Button fullWidth mt="md" loading={props.busy} onClick={props.signIn}>
        I have copied it: sign in
      </Button>
    </div>
  );
}
