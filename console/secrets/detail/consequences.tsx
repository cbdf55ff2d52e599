import type { Request } from "../../api/call.ts";
import { FormError } from "../../parts/form-error.tsx";
import { PreviewPanel } from "../form/preview.tsx";
import { useCheck } from "../form/use-check.ts";
import classes from "./consequences.module.css";

const AGAIN = 3_000;

/** Inside a question: what the deed would do to workloads. The change has to be the same object while it is asked. */
export function Consequences({ change }: { readonly change: Request<"SecretService/PreviewSecretChange"> }) {
  const check = useCheck(change, AGAIN);
  return (
    <div className={classes.consequences}>
      <PreviewPanel check={check} title="What it does" />
      <FormError error={check.error} />
    </div>
  );
}
