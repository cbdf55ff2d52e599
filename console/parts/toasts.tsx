import { Notification } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { ApiError, sentence } from "../api/error.ts";
import { AlertIcon, CheckIcon } from "./icons.tsx";
import classes from "./toasts.module.css";

interface Toast {
  readonly id: number;
  readonly kind: "good" | "bad";
  readonly title: string;
  readonly text: string;
}

const STAYS = 6_000;
let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(changed: readonly Toast[]): void {
  toasts = changed;
  for (const listener of listeners) listener();
}

function close(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

function show(kind: Toast["kind"], title: string, text: string): void {
  const id = next++;
  set([...toasts, { id, kind, title, text }]);
  // What went wrong stays until it is read.
  if (kind === "good") setTimeout(() => close(id), STAYS);
}

/** Says that something was done. Never with a value in it. */
export function toast(title: string, text = ""): void {
  show("good", title, text);
}

/** Says what went wrong where no field shows it. */
export function toastError(title: string, thrown: unknown): void {
  const error = thrown instanceof ApiError ? thrown : undefined;
  show("bad", title, [error?.message ?? String(thrown), error?.next ?? ""].map(sentence).join(" ").trim());
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section className={classes.toasts} aria-label="Messages" aria-live="polite">
      {shown.map(({ id, kind, title, text }) => (
        <Notification
          key={id}
          withBorder
          title={title}
          color={kind === "good" ? "teal" : "red"}
          icon={kind === "good" ? <CheckIcon size={16} /> : <AlertIcon size={16} />}
          onClose={() => close(id)}
          closeButtonProps={{ "aria-label": "Close the message" }}
          role={kind === "bad" ? "alert" : "status"}
        >
          {text}
        </Notification>
      ))}
    </section>
  );
}
