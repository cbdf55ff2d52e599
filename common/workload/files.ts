import { KeyholdError } from "../errors.ts";
import { shortName } from "../resource-name.ts";
import {
  canonicalPath,
  DOCKER_CONFIG_FILE,
  defaultPath,
  isClash,
  isWithin,
  normalPath,
  reasonAgainstPath,
  SECRETS_DIRECTORY,
} from "./paths.ts";
import { deliveryOfKind } from "./secret-kind.ts";
import type { IdMapping, Subject, Wants, WorkloadSecret } from "./workload.ts";

/** `directory`: below /run/secrets, switched together. `own`: mounted by itself, rewritten in place. */
export type FilePlace = "directory" | "own";

export interface FilePlan<S> {
  /** In the container, absolute and canonical. */
  readonly path: string;
  /** Undefined: the configuration that holds all registry entries. */
  readonly secret: S | undefined;
  readonly mode: number;
  /** As the host counts: shifted under a user namespace. */
  readonly uid: number;
  readonly gid: number;
  /** Of content, mode and owner together. */
  readonly fingerprint: string;
  readonly place: FilePlace;
}

type Placing = Pick<Wants, "user" | "uidMappings" | "gidMappings" | "occupied">;

/** The files of these secrets, by path. @throws KeyholdError `invalid` or `conflict` naming secrets and path */
export function planFiles<S extends WorkloadSecret>(
  subject: Subject,
  wants: Placing,
  selected: readonly S[],
): readonly FilePlan<S>[] {
  const owners = new Map<string, string>();
  const files: FilePlan<S>[] = [];
  for (const secret of selected.filter(({ kind }) => deliveryOfKind(kind) === "file")) {
    const { id } = secret;
    const path = pathOf(subject, id, secret.path ?? defaultPath(id));
    const clash = [...owners].find(([other]) => isClash(other, path));
    if (clash !== undefined) throw collision(subject, id, path, clash);
    owners.set(path, id);
    const of = `secret ${id} of ${shortName(subject.target)} for container ${subject.container}`;
    files.push(placed(of, wants, secret, { ...secret, path, secret }));
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The one file that holds all registry entries. Its fingerprint does not change with them: they never restart a container. */
export function planRegistryFile(subject: Subject, wants: Placing): FilePlan<undefined> {
  const of = `the registry credentials of ${shortName(subject.target)} for container ${subject.container}`;
  return placed<undefined>(
    of,
    wants,
    {},
    { path: DOCKER_CONFIG_FILE, secret: undefined, fingerprint: "registry", mode: 0o400 },
  );
}

/**
 * Refuses files that would cover what the container has at their place.
 * @throws KeyholdError `conflict` naming that place, the secret and the remedy
 */
export function requireRoom(
  subject: Subject,
  { mounts, directory, files: own }: Wants["occupied"],
  files: readonly FilePlan<WorkloadSecret | undefined>[],
): void {
  for (const file of files) {
    if (mounts.includes(file.path)) throw inTheWay(subject, `mounts ${file.path} itself`, "mount", file);
    const isInDirectory = isWithin(file.path, SECRETS_DIRECTORY);
    if (isInDirectory && directory !== undefined)
      throw inTheWay(subject, `mounts ${directory} itself`, "mount", file);
    // A file at exactly that path is replaced by the secret, as anywhere else.
    const isOther = (each: string) => each !== file.path && isClash(each, file.path);
    const covered = isInDirectory ? own.find(isOther) : undefined;
    if (covered !== undefined) throw inTheWay(subject, `has a file ${covered} of its own`, "put", file);
  }
}

function placed<S>(
  of: string,
  { user, uidMappings, gidMappings, occupied }: Placing,
  { ownerUid, ownerGid }: Partial<Pick<WorkloadSecret, "ownerUid" | "ownerGid">>,
  file: {
    readonly path: string;
    readonly secret: S | undefined;
    readonly mode?: number | undefined;
    readonly fingerprint: string;
  },
): FilePlan<S> {
  const { path, secret, mode = 0o400 } = file;
  const uid = hostId("user", ownerUid ?? user.uid, uidMappings, of);
  const gid = hostId("group", ownerGid ?? user.gid, gidMappings, of);
  const fingerprint = `${file.fingerprint} ${mode.toString(8)} ${uid}:${gid}`;
  // Beside files of the container's own each file is mounted by itself: a directory would cover them.
  const isTogether = isWithin(path, SECRETS_DIRECTORY) && occupied.files.length === 0;
  return { path, secret, mode, uid, gid, fingerprint, place: isTogether ? "directory" : "own" };
}

/** The id that a container's id has on the host. Without a user namespace they are the same. */
function hostId(kind: "user" | "group", id: number, mappings: readonly IdMapping[], of: string): number {
  if (mappings.length === 0) return id;
  for (const { containerID, hostID, size } of mappings) {
    if (id >= containerID && id < containerID + size) return hostID + (id - containerID);
  }
  throw new KeyholdError({
    code: "invalid",
    message: `${of} cannot have the ${kind} id ${id} as owner: the container's user namespace ends before it`,
    next: "choose a smaller id, or a larger range in /etc/subuid and /etc/subgid",
  });
}

function pathOf(subject: Subject, id: string, wanted: string): string {
  const normal = normalPath(wanted);
  const path = normal === undefined ? undefined : canonicalPath(normal);
  const isPath = path !== undefined && path !== "/";
  const reason = isPath ? reasonAgainstPath(path) : "is not the absolute path of a file";
  if (isPath && reason === undefined) return path;
  throw new KeyholdError({
    code: "invalid",
    message: `the path ${wanted} of secret ${id} of ${shortName(subject.target)} for container ${subject.container} ${reason}`,
    next: `store it with another --path, or with none for ${defaultPath(id)}`,
  });
}

function collision(
  subject: Subject,
  id: string,
  path: string,
  [otherPath, other]: readonly [string, string],
): KeyholdError {
  const where =
    path === otherPath ? `both go to ${path}` : `go to ${otherPath} and ${path}, one inside the other`;
  return new KeyholdError({
    code: "conflict",
    retryable: false,
    message: `the file secrets ${other} and ${id} of ${shortName(subject.target)} for container ${subject.container} ${where}`,
    next: "give one of them another --path, or choose one with the label keyhold.secrets",
  });
}

function inTheWay(
  { container, target }: Subject,
  what: string,
  verb: "mount" | "put",
  { path, secret }: FilePlan<WorkloadSecret | undefined>,
): KeyholdError {
  const ours =
    secret === undefined
      ? `the registry credentials of ${shortName(target)} go`
      : `the secret ${secret.id} of ${shortName(target)} goes`;
  const otherwise =
    secret === undefined
      ? "leave them out with the label keyhold.secrets"
      : "store the secret with another --path, or leave it out with the label keyhold.secrets";
  return new KeyholdError({
    code: "conflict",
    retryable: false,
    message: `container ${container} ${what}, where ${ours} (${path})`,
    next: `${verb} it elsewhere, or ${otherwise}`,
  });
}
