import { Button, Group, Modal, TextInput } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { FormError } from "./form-error.tsx";

export interface Question {
  readonly title: string;
  /** What will happen, in sentences that name things. */
  readonly children: ReactNode;
  /** The button: the deed itself, `Delete API_KEY`, never `OK`. */
  readonly action: string;
  readonly danger?: boolean;
  /** What has to be typed first, for what cannot be taken back. */
  readonly typed?: string;
  /** The deed. What it throws is shown in the dialog, which stays open. */
  readonly run: () => Promise<unknown>;
}

const Context = createContext<(question: Question) => void>(() => undefined);

/** Asks before something that matters; `confirm({ title, children, action, run })`. */
export function useConfirm(): (question: Question) => void {
  return useContext(Context);
}

export function ConfirmProvider({ children }: { readonly children: ReactNode }) {
  const [question, setQuestion] = useState<Question>();
  const ask = useCallback((asked: Question) => setQuestion(asked), []);
  return (
    <Context.Provider value={ask}>
      {children}
      {question !== undefined && <Dialog question={question} close={() => setQuestion(undefined)} />}
    </Context.Provider>
  );
}

function Dialog({ question, close }: { readonly question: Question; readonly close: () => void }) {
  const [busy, setBusy] = useState(false);
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<unknown>();
  const ready = question.typed === undefined || typed === question.typed;
  const run = async () => {
    setBusy(true);
    try {
      await question.run();
      close();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={question.title} centered>
      {question.children}
      {question.typed !== undefined && (
        <TextInput
          mt="md"
          label={`Type ${question.typed} to go on`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
      <FormError error={error} />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close} data-autofocus={question.typed === undefined || undefined}>
          Cancel
        </Button>
        <Button
          color={question.danger === true ? "red" : "blue"}
          disabled={!ready}
          loading={busy}
          onClick={run}
        >
          {question.action}
        </Button>
      </Group>
    </Modal>
  );
}
