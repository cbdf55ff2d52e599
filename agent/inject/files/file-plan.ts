import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { SecretValue } from "../../../common/secret-value.ts";
import {
  canonicalPath,
  defaultPath,
  isWithin,
  normalPath,
  reasonAgainstPath,
  SECRETS_DIRECTORY,
} from "../../../common/workload/paths.ts";
import type { ResolvedSecret } from "../../bundle.ts";
import type { Subject } from "../plan/selection.ts";
import type { PlannedFile, SpecFacts } from "../plan/types.ts";
import { hostId } from "./owner.ts";

type Wanted = Pick<PlannedFile, "path" | "bytes" | "fingerprint"> & {
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
};

/** The files of these secrets, by path. Throws `invalid` or `conflict`, naming secrets and path, if they cannot be placed. */
export function planFiles(
  subject: Subject,
  selected: readonly ResolvedSecret[],
  facts: SpecFacts,
): readonly PlannedFile[] {
  const owner = new Map<string, string>();
  const files: PlannedFile[] = [];
  for (const secret of selected) {
    const { id, kind, mode = 0o400, ownerUid, ownerGid, value, fingerprint } = secret;
    if (kind !== "file") continue;
    const path = placeOf(subject, id, wantedPath(secret));
    const clash = [...owner].find(([other]) => isWithin(other, path) || isWithin(path, other));
    if (clash !== undefined) throw collision(subject, id, path, clash);
    owner.set(path, id);
    const wanted = { path, bytes: value, fingerprint, mode, uid: ownerUid, gid: ownerGid };
    files.push(
      plannedFile(
        `secret ${id} of ${shortName(subject.target)} for container ${subject.container}`,
        wanted,
        facts,
      ),
    );
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Settles a file's owner (by default the container's user) and its place. Throws `invalid` for an id the container does not have. */
function plannedFile(of: string, wanted: Wanted, facts: SpecFacts): PlannedFile {
  const uid = hostId("user", wanted.uid ?? facts.user.uid, facts.uidMappings, of);
  const gid = hostId("group", wanted.gid ?? facts.user.gid, facts.gidMappings, of);
  return {
    path: wanted.path,
    bytes: wanted.bytes,
    mode: wanted.mode,
    uid,
    gid,
    fingerprint: `${wanted.fingerprint} ${wanted.mode.toString(8)} ${uid}:${gid}`,
    place: isWithin(wanted.path, SECRETS_DIRECTORY) ? "directory" : "own",
  };
}

/** For the one file that holds all registry entries. */
export function registryFile(
  { container, target }: Subject,
  path: string,
  bytes: SecretValue,
  facts: SpecFacts,
): PlannedFile {
  return plannedFile(
    `the registry credentials of ${shortName(target)} for container ${container}`,
    { path, bytes, fingerprint: "registry", mode: 0o400, uid: undefined, gid: undefined },
    facts,
  );
}

/** The secret that a planned file is of; undefined for the registries' configuration. */
export function secretOfFile(
  selected: readonly ResolvedSecret[],
  { path }: Pick<PlannedFile, "path">,
): ResolvedSecret | undefined {
  return selected.find((each) => {
    const normal = each.kind === "file" ? normalPath(wantedPath(each)) : undefined;
    return normal !== undefined && canonicalPath(normal) === path;
  });
}

function wantedPath({ id, path }: Pick<ResolvedSecret, "id" | "path">): string {
  return path ?? defaultPath(id);
}

function placeOf(subject: Subject, id: string, wanted: string): string {
  const normal = normalPath(wanted);
  const path = normal === undefined ? undefined : canonicalPath(normal);
  if (path === undefined || path === "/")
    throw unfit(subject, id, wanted, "is not the absolute path of a file");
  const reason = reasonAgainstPath(path);
  if (reason !== undefined) throw unfit(subject, id, wanted, reason);
  return path;
}

function unfit(subject: Subject, id: string, path: string, reason: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `the path ${path} of secret ${id} of ${shortName(subject.target)} for container ${subject.container} ${reason}`,
    next: `store it with another --path, or with none for ${SECRETS_DIRECTORY}/${id}`,
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
