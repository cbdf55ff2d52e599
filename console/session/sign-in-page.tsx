import { Anchor, Button, Paper, PasswordInput, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call, send } from "../api/call.ts";
import { ApiError, sentence } from "../api/error.ts";
import { Command } from "../parts/command.tsx";
import { Logo } from "../parts/logo.tsx";
import { RedeemedToken } from "./redeemed-token.tsx";
import classes from "./sign-in-page.module.css";

/** What the text of an invitation starts with. */
const INVITATION = "khi_";

/** By token, which is exchanged for a cookie at once and kept nowhere here; by invitation, which is exchanged for a token; by the organization's provider, where there is one. */
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
            You have no token? An admin of your organization invites you with
          </Text>
          <Command>keyhold user invite acme/you</Command>
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
  const [redeemed, setRedeemed] = useState<string>();
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (thrown) {
      setProblem(thrown instanceof ApiError ? wordsOf(thrown) : String(thrown));
      setBusy(false);
    }
  };
  const signIn = (text: string) =>
    attempt(async () => {
      await send("/auth/token", { token: text });
      setToken("");
      await onSignedIn();
    });
  const redeem = () =>
    attempt(async () => {
      const { secret = "" } = await call("TokenService/RedeemInvitation", { invitation: token.trim() });
      setToken("");
      setRedeemed(secret);
      setBusy(false);
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    return token.trim().startsWith(INVITATION) ? redeem() : signIn(token);
  };
  if (redeemed !== undefined) {
    return <RedeemedToken token={redeemed} signIn={() => signIn(redeemed)} busy={busy} />;
  }
  return (
    <form onSubmit={submit} className={classes.form}>
      <PasswordInput
        label="API token"
        description="Starts with kh_, or khi_ for an invitation. It is exchanged for a session of 12 hours and not kept in this browser."
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
