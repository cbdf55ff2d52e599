import { useParams } from "wouter";
import { organizationOf } from "../../api/names.ts";
import { AuditEvents } from "../../audit/audit-events.tsx";
import { SecretFrame } from "./secret-frame.tsx";
import { useSecretName } from "./use-secret.ts";

/** Who wrote it, read it, was refused, and which containers got it. */
export default function AuditTrailPage() {
  const name = useSecretName(useParams());
  return (
    <SecretFrame name={name}>
      {() => <AuditEvents parent={organizationOf(name)} resource={name} />}
    </SecretFrame>
  );
}
