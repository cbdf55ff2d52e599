import type { Change } from "./change.ts";
import { helperKeys, registriesOf, withHelpers, withoutHelpers } from "./client-file.ts";
import { withoutRuntime, withRuntime } from "./daemon-file.ts";
import { type EditRecord, recordEdit, type Undone, undoEdit } from "./edit.ts";
import type { HostFacts } from "./facts.ts";
import type { InstallWish } from "./install-wish.ts";

/** Both files of others that are edited: as they were, and as they are to be. */
export interface Edits {
  readonly daemon: { readonly before: Undone; readonly text: string };
  readonly client: {
    readonly before: Undone;
    readonly text: string | undefined;
    readonly taken: readonly string[];
  };
}

/** Earlier edits of ours are undone first, so that what is noted leads back to what was there before all of them. */
export function planEdits(facts: HostFacts, { places, isDefault, registries }: InstallWish): Edits {
  const { dockerConfig, clientConfig, helper, credentialName } = places;
  const { record } = facts;
  const daemon = undoEdit(facts.daemon, record?.daemon, (text) =>
    withoutRuntime(dockerConfig, text, helper, record?.previousDefault),
  );
  const client = undoEdit(facts.client, record?.client, (text) =>
    withoutHelpers(clientConfig, text, credentialName),
  );
  // Without an agent to ask, what was known before stays.
  const known = facts.registries ?? registriesOf(clientConfig, facts.client?.text, credentialName);
  const keys = helperKeys([...known, ...registries]);
  const edited = withHelpers(clientConfig, client.text, credentialName, keys);
  const wanted = keys.length > edited.taken.length;
  return {
    daemon: { before: daemon, text: withRuntime(dockerConfig, daemon.text, { helper, isDefault }) },
    client: { before: client, text: wanted ? edited.text : client.text, taken: edited.taken },
  };
}

export function clientRecord({ client }: Edits): EditRecord | undefined {
  if (client.text === undefined || client.text === client.before.text) return undefined;
  return recordEdit(client.before, client.text);
}

/** A file of somebody else's as it is to be, with its own mode if it was there. */
export function whole(path: string, wanted: Undone, newMode: number, existed: boolean): readonly Change[] {
  if (wanted.text === undefined) return [{ kind: "remove", path }];
  const { text, modified } = wanted;
  const mode = existed ? {} : { mode: newMode };
  return [{ kind: "file", path, content: Buffer.from(text), modified, ...mode }];
}
