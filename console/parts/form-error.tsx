import { Alert } from "@mantine/core";
import { ApiError, sentence } from "../api/error.ts";
import classes from "./form-error.module.css";
import { AlertIcon } from "./icons.tsx";

/** What the server said no with, where no field of the form is at fault. Nothing without an error. */
export function FormError({ error }: { readonly error: unknown }) {
  if (error === undefined || error === null) return null;
  const { message, next } = error instanceof ApiError ? error : { message: String(error), next: "" };
  return (
    <Alert className={classes.error} color="red" variant="light" mt="md" icon={<AlertIcon />} role="alert">
      {sentence(message)} {sentence(next ?? "")}
    </Alert>
  );
}
