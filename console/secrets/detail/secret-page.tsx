import { useParams } from "wouter";
import { Delivery } from "./delivery.tsx";
import { SecretDetails } from "./secret-details.tsx";
import { SecretFrame } from "./secret-frame.tsx";
import { useSecretName } from "./use-secret.ts";

/** What is known of a secret, and which containers have which version of it, as it happens. */
export default function SecretPage() {
  const name = useSecretName(useParams());
  return (
    <SecretFrame name={name}>
      {(secret) => (
        <>
          <Delivery secret={secret} />
          <SecretDetails secret={secret} />
        </>
      )}
    </SecretFrame>
  );
}
