import { useSearchParams } from "wouter";

/** Which dialog of a page is open, in the address: never what is typed in it. */
export function useDialog() {
  const [params, setParams] = useSearchParams();
  const set = (name: string | undefined, replace: boolean) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (name === undefined) after.delete("dialog");
        else after.set("dialog", name);
        return after;
      },
      { replace },
    );
  return {
    dialog: params.get("dialog") ?? undefined,
    open: (name: string) => set(name, false),
    close: () => set(undefined, true),
  };
}
