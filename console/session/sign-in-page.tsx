import { Anchor, Button, Paper, PasswordInput, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { send } from "../api/call.ts";
import { ApiError, sentence } from "../api/error.ts";
import { Command } from "../parts/command.tsx";
import { Logo } from "../parts/logo.tsx";
import classes from "./sign-in-page.module.css";

/** By token, which is exchanged for a cookie at once and kept nowhere here; by the organization's provider, where there is one. */
export function SignInPage({ onSignedIn }: { readonly onSignedIn: () => Promise<unknown> }) {
  const ways = useQuery({ queryKey: ["sign-in options"], queryFn: readOptions });
  return (
    <main className={classes.page}>
      <Paper className={classes.card} withBorder p="xl">
        <Logo />
        <Title order={1} mt="lg">
          Sign in
        </Title>
        <TokenForm onSignedIn={onSignedIn} />
        {ways.data?.oidc === true && <ProviderLink />}
        <div className={classes.help}>
          <Text size="sm" c="dimmed">
            You have no token? An admin of your organization makes one with
          </Text>
          <Command>keyhold token create acme/you</Command>
          <Text size="sm" c="dimmed">
            The token of the server’s owner is in the file <code>owner-token</code> of its data directory.
          </Text>
        </div>
      </Paper>
    </main>
  );
}

function TokenForm({ onSignedIn }: { readonly onSignedIn: () => Promise<unknown> }) {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await send("/auth/token", { token });
      setToken("");
      await onSignedIn();
    } catch (thrown) {
      setProblem(thrown instanceof ApiError ? wordsOf(thrown) : String(thrown));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <PasswordInput
        label="API token"
        description="Starts with kh_. It is exchanged for a session of 12 hours and not kept in this browser."
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        error={problem}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        autoFocus
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ "aria-label": "Show the token" }}
      />
      <Button type="submit" fullWidth loading={busy} mt="md">
        Sign in
      </Button>
    </form>
  );
}

/** A plain link: the way to the provider and back is the server's. */
function ProviderLink() {
  const here = window.location.pathname + window.location.search;
  return (
    <Anchor className={classes.provider} href={`/auth/oidc/start?return_to=${encodeURIComponent(here)}`}>
      Sign in with your organization’s account
    </Anchor>
  );
}

/** The server's advice is for the command line, which is not where one is here. */
function wordsOf(error: ApiError): string {
  return error.code === "unauthenticated"
    ? sentence(error.message)
    : sentence(`${error.message}; ${error.next ?? ""}`);
}

async function readOptions({ signal }: { signal: AbortSignal }): Promise<{ readonly oidc: boolean }> {
  const answer = await fetch("/auth/options", { signal });
  if (!answer.ok) throw await ApiError.of(answer);
  return (await answer.json()) as { oidc: boolean };
}
