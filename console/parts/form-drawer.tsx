import { Button, Drawer, Group, Modal } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";

/** What a form inside of a FormDrawer tells the drawer. */
export interface DrawerForm {
  /** Whether something is typed that closing would lose. */
  readonly setDirty: (dirty: boolean) => void;
  /** Closes, after a question if something is typed. */
  readonly leave: () => void;
}

/** A form at the side of the page. Escape, a click outside, Back and closing the tab ask before they discard what is typed. */
export function FormDrawer(props: {
  readonly title: string;
  readonly size: string;
  /** Closes without a question. */
  readonly close: () => void;
  readonly children: (form: DrawerForm) => ReactNode;
}) {
  const [dirty, setDirty] = useState(false);
  const [asking, setAsking] = useState(false);
  useHoldBack(dirty, () => setAsking(true));
  const leave = () => (dirty ? setAsking(true) : props.close());
  return (
    <>
      <Drawer
        opened
        onClose={leave}
        position="right"
        size={props.size}
        title={props.title}
        closeOnEscape={!asking}
        closeOnClickOutside={!asking}
        trapFocus={!asking}
      >
        {props.children({ setDirty, leave })}
      </Drawer>
      {asking && <Question keep={() => setAsking(false)} discard={props.close} />}
    </>
  );
}

function Question({ keep, discard }: { readonly keep: () => void; readonly discard: () => void }) {
  return (
    <Modal opened onClose={keep} title="Discard what you have typed?" centered zIndex={300}>
      The form is not saved.
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={keep} data-autofocus>
          Keep editing
        </Button>
        <Button color="red" onClick={discard}>
          Discard
        </Button>
      </Group>
    </Modal>
  );
}

/** While `held`, Back stays on the page and asks; closing or loading the tab again asks in the browser's words. */
function useHoldBack(held: boolean, ask: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ask` only sets a state
  useEffect(() => {
    if (!held) return;
    const here = window.location.href;
    const back = (event: PopStateEvent) => {
      // Before the router hears of the other address, which would unmount the form.
      event.stopImmediatePropagation();
      window.history.pushState(null, "", here);
      ask();
    };
    const unload = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("popstate", back, true);
    window.addEventListener("beforeunload", unload);
    return () => {
      window.removeEventListener("popstate", back, true);
      window.removeEventListener("beforeunload", unload);
    };
  }, [held]);
}
