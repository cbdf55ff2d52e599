import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { principalLabel } from "../api/names.ts";
import { MoonIcon, SignOutIcon, SunIcon, UserIcon } from "../parts/icons.tsx";
import { toastError } from "../parts/toasts.tsx";
import { useSession } from "../session/session.ts";
import classes from "./account.module.css";

/** Who is signed in, light or dark, and the way out. */
export function Account() {
  const { principal, signOut } = useSession();
  return (
    <div className={classes.account}>
      <UserIcon />
      <span className={classes.name} title={principal}>
        {principalLabel(principal)}
      </span>
      <SchemeButton />
      <Tooltip label="Sign out">
        <ActionIcon
          variant="subtle"
          aria-label="Sign out"
          onClick={() => signOut().catch((thrown) => toastError("You are still signed in", thrown))}
        >
          <SignOutIcon />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  const label = isDark ? "Light colours" : "Dark colours";
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        aria-label={label}
        onClick={() => setColorScheme(isDark ? "light" : "dark")}
      >
        {isDark ? <SunIcon /> : <MoonIcon />}
      </ActionIcon>
    </Tooltip>
  );
}
