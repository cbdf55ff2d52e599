import type { Bundle, ResolvedSecret } from "../../common/bundle.ts";
import { SecretValue } from "../../common/secret-value.ts";
import type { Labels } from "../watch/labels.ts";
import type { Contact } from "./contact.ts";
import type { SealedKind } from "./sealed-map.ts";

/*
 * What the sealed cache keeps, as JSON before it is sealed. It can only be read with this node's key, so what is read was written
 * by an agent, of this format (seal.ts names it in what is sealed).
 */

/** The last values of a target. */
export interface KeptBundle {
  readonly bundle: Bundle;
  /** As it was when they arrived; {@link KeptContacts} knows of later ones. */
  readonly contact: Contact;
}

/** What a container asks for: an agent that starts before the engine is told ids only. */
export interface KeptContainer {
  readonly id: string;
  readonly name: string;
  /** Ours only. */
  readonly labels: Labels;
}

/** By target. One file for all: it is written every minute, and has no values in it. */
export type KeptContacts = Readonly<Record<string, Contact>>;

const MiB = 1024 * 1024;

/** A host that has more than this has other problems; what does not fit is not kept, and that is logged. */
export const BUNDLES: SealedKind<KeptBundle> = {
  kind: "target",
  keyOf: ({ bundle }) => bundle.target,
  encode: encodeBundle,
  decode: decodeBundle,
  same: (before, next) => before.bundle.digest === next.bundle.digest,
  maxCount: 1_000,
  maxBytes: 128 * MiB,
};

export const CONTAINERS: SealedKind<KeptContainer> = {
  kind: "container",
  keyOf: ({ id }) => id,
  encode: (kept) => Buffer.from(JSON.stringify(kept)),
  decode: (plain) => JSON.parse(plain.toString("utf8")) as KeptContainer,
  // A container's labels never change, and its name is for messages.
  same: (before, next) => before.name === next.name,
  maxCount: 10_000,
  maxBytes: 64 * MiB,
};

export const CONTACTS: SealedKind<KeptContacts> = {
  kind: "contacts",
  keyOf: () => "all",
  encode: (kept) => Buffer.from(JSON.stringify(kept)),
  decode: (plain) => JSON.parse(plain.toString("utf8")) as KeptContacts,
  same: () => false,
  maxCount: 1,
  maxBytes: 4 * MiB,
};

type WrittenSecret = Omit<ResolvedSecret, "value"> & { readonly value: string };
/** As agents before release 0.2 wrote a secret. */
type EarlierSecret = Omit<WrittenSecret, "registry"> & {
  readonly file?: {
    readonly path: string;
    readonly mode: number;
    readonly uid?: number;
    readonly gid?: number;
  };
  readonly registry?: string | { readonly host: string; readonly username: string };
};
interface Written<S> {
  readonly bundle: Omit<Bundle, "secrets"> & { readonly secrets: readonly S[] };
  readonly contact: Contact;
}

function encodeBundle({ bundle, contact }: KeptBundle): Buffer {
  const secrets = bundle.secrets.map((each) => ({ ...each, value: each.value.bytes().toString("base64") }));
  const written: Written<WrittenSecret> = { bundle: { ...bundle, secrets }, contact };
  return Buffer.from(JSON.stringify(written));
}

function decodeBundle(plain: Buffer): KeptBundle {
  const { bundle, contact } = JSON.parse(plain.toString("utf8")) as Written<EarlierSecret>;
  const secrets = bundle.secrets.map((each) => ({
    ...presentShape(each),
    value: SecretValue.of(Buffer.from(each.value, "base64")),
  }));
  return { bundle: { ...bundle, secrets }, contact };
}

function presentShape({ file, registry, ...rest }: EarlierSecret): WrittenSecret {
  if (file !== undefined) {
    const { uid: ownerUid, gid: ownerGid, ...place } = file;
    return { ...rest, ...place, ownerUid, ownerGid };
  }
  if (typeof registry === "object") return { ...rest, registry: registry.host, username: registry.username };
  return registry === undefined ? rest : { ...rest, registry };
}
