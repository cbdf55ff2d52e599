import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "wouter";
import { call } from "../../api/call.ts";
import { numberIn } from "../../api/json.ts";
import { idOf, principalLabel, scopeOf } from "../../api/names.ts";
import { useList } from "../../api/queries.ts";
import type { Secret, SecretVersion } from "../../api/types.ts";
import type { Column } from "../../parts/column.ts";
import { useConfirm } from "../../parts/confirm.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toasts.tsx";
import { useMayWrite } from "../../session/may-write.ts";
import { invalidateSecrets } from "../invalidate.ts";
import { Consequences } from "./consequences.tsx";
import { SecretFrame } from "./secret-frame.tsx";
import { useSecretName } from "./use-secret.ts";

/** Every write made a version; any of them can be written again. */
export default function HistoryPage() {
  const name = useSecretName(useParams());
  return (
    <SecretFrame name={name}>
      {(secret) => (secret.deleteTime === undefined ? <History secret={secret} /> : null)}
    </SecretFrame>
  );
}

function History({ secret }: { readonly secret: Secret }) {
  const { name = "" } = secret;
  const list = useList("SecretService/ListSecretVersions", { parent: name }, "versions");
  const mayWrite = useMayWrite(scopeOf(name));
  const rollBack = useRollback(secret);
  if (list.error !== null) return <ErrorState error={list.error} retry={list.refetch} />;
  if (list.data === undefined) return <Loading />;
  const newest = numberIn(secret.version);
  const columns: readonly Column<SecretVersion>[] = [
    {
      id: "version",
      header: "Version",
      value: ({ version }) => numberIn(version),
      cell: (version) => <VersionNumber version={version} newest={newest} />,
    },
    {
      id: "time",
      header: "Written",
      value: ({ createTime = "" }) => createTime,
      cell: ({ createTime }) => <Time at={createTime} />,
    },
    { id: "creator", header: "By", value: ({ creator = "" }) => principalLabel(creator) },
    {
      id: "size",
      header: "Size",
      value: ({ size }) => numberIn(size),
      cell: ({ size }) => `${numberIn(size).toLocaleString("en")} bytes`,
    },
    { id: "comment", header: "Comment", value: ({ comment = "" }) => comment || "—" },
    {
      id: "actions",
      header: "",
      value: () => "",
      cell: ({ version }) =>
        mayWrite && numberIn(version) !== newest ? (
          <Button size="compact-sm" variant="default" onClick={() => rollBack(numberIn(version))}>
            Roll back to {numberIn(version)}
          </Button>
        ) : null,
    },
  ];
  return (
    <DataTable label="Versions" rows={list.data} columns={columns} keyOf={(version) => version.name ?? ""} />
  );
}

function VersionNumber({ version, newest }: { readonly version: SecretVersion; readonly newest: number }) {
  const [number, of] = [numberIn(version.version), numberIn(version.rollbackOf)];
  return (
    <span>
      <b>{number}</b> {number === newest && <Tag tone="good">newest</Tag>}{" "}
      {of !== 0 && <Tag tone="accent">value of {of}</Tag>}
    </span>
  );
}

function useRollback({ name = "", etag = "" }: Secret): (version: number) => void {
  const client = useQueryClient();
  const confirm = useConfirm();
  return (version) =>
    confirm({
      title: `Roll ${idOf(name)} back to version ${version}?`,
      children: (
        <>
          Its value is written again as a new version; nothing of the history is lost.
          <Consequences change={{ rollback: { name, version, etag } }} />
        </>
      ),
      action: `Roll back to ${version}`,
      run: async () => {
        const written = await call("SecretService/RollbackSecret", { name, version, etag });
        await invalidateSecrets(client);
        toast(
          `${idOf(name)} is at version ${numberIn(written.version)}`,
          `It has the value of version ${version} again.`,
        );
      },
    });
}
