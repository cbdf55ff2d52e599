import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import classes from "./command.module.css";
import { CheckIcon, CopyIcon } from "./icons.tsx";

/** A command to copy. Never with a value in it. */
export function Command({ children }: { readonly children: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  const label = clipboard.copied ? "Copied" : "Copy the command";
  return (
    <div className={classes.command}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must be able to do */}
      <code tabIndex={0}>{children}</code>
      <Tooltip label={label}>
        <ActionIcon variant="subtle" size="sm" aria-label={label} onClick={() => clipboard.copy(children)}>
          {clipboard.copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
