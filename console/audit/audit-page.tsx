import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { useParams } from "wouter";
import { call } from "../api/call.ts";
import { sentence } from "../api/error.ts";
import { numberIn } from "../api/json.ts";
import { principalLabel } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import { PageHeader } from "../parts/page-header.tsx";
import { useTableState } from "../parts/table-state.ts";
import { toast, toastError } from "../parts/toasts.tsx";
import { Toolbar } from "../parts/toolbar.tsx";
import { AuditEvents } from "./audit-events.tsx";

export default function AuditPage() {
  const { organization } = useParams<"/:organization">();
  const parent = `organizations/${organization}`;
  const { filter, setFilter } = useTableState();
  const principal = filter("principal");
  const members = useList("OrganizationService/ListOrganizationMembers", { parent }, "members");
  const people = (members.data ?? []).map(({ principal: name = "" }) => ({
    value: name,
    label: principalLabel(name),
  }));
  return (
    <>
      <PageHeader title="Audit log" actions={<VerifyButton parent={parent} />}>
        What happened, who did it, from where, and whether it was allowed. Never a value.
      </PageHeader>
      <Toolbar placeholder="Search in what is shown" count="Newest first">
        <Select
          aria-label="Only of"
          placeholder="Of everybody"
          data={people}
          value={principal === "" ? null : principal}
          onChange={(name) => setFilter("principal", name ?? "")}
          clearable
          searchable
          clearButtonProps={{ "aria-label": "Of everybody" }}
        />
      </Toolbar>
      <AuditEvents parent={parent} principal={principal} />
    </>
  );
}

/** One call walks for some seconds at most; the next goes on where it ended. */
async function verified(parent: string) {
  let pageToken = "";
  for (;;) {
    const found = await call("AuditService/VerifyAuditLog", { parent, pageToken });
    pageToken = found.nextPageToken ?? "";
    if (pageToken === "") return found;
  }
}

/** Walks the chain of hashes: a row that was changed, removed or moved is found. */
function VerifyButton({ parent }: { readonly parent: string }) {
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    try {
      const { intact, events, brokenAt, problem = "" } = await verified(parent);
      const rows = numberIn(events).toLocaleString("en");
      if (intact === true) toast("The log is intact", `${rows} rows, each chained to the one before.`);
      else toastError(`The log is broken at row ${numberIn(brokenAt)}`, sentence(problem));
    } catch (thrown) {
      toastError("The log was not verified", thrown);
    }
    setBusy(false);
  };
  return (
    <Button variant="default" loading={busy} onClick={verify}>
      Verify the chain
    </Button>
  );
}
