// Original file: proto/keyhold/v1/secret_service.proto

import type { SecretKind as _keyhold_v1_SecretKind, SecretKind__Output as _keyhold_v1_SecretKind__Output } from '../../keyhold/v1/SecretKind.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

export interface Secret {
  /**
   * `{parent}/secrets/{secret}`. The last part is the secret's name: `[A-Za-z_][A-Za-z0-9_]*`, at most 127 characters;
   * kinds other than `env` may also use `.` and `-`. Not for `env`: PATH HOME USER SHELL PWD HOSTNAME TERM DOCKER_CONFIG,
   * LD_*, KEYHOLD_*.
   */
  'name'?: (string);
  /**
   * Output only.
   */
  'uid'?: (string);
  /**
   * Required. Immutable.
   */
  'kind'?: (_keyhold_v1_SecretKind);
  /**
   * Input only. `env`: UTF-8 without NUL, at most 128 KiB less the name, the `=` and the final NUL (the kernel's limit for
   * one string). `file`: any bytes, at most 1 MiB. `registry`: the password. `opaque`: any bytes, at most 1 MiB.
   */
  'value'?: (Buffer | Uint8Array | string);
  /**
   * `file` only. Absolute, without `.` and `..`, at most 4096 bytes. Default `/run/secrets/NAME`.
   */
  'path'?: (string);
  /**
   * `file` only. Permission bits, 0 to 0777. Default 0400 (256 in decimal).
   */
  'mode'?: (number);
  /**
   * `file` only. Default: the container's user.
   */
  'ownerUid'?: (number);
  /**
   * `file` only. Default: the container's group.
   */
  'ownerGid'?: (number);
  /**
   * `registry` only. A host with an optional port. `docker.io`, `index.docker.io` and `https://index.docker.io/v1/` are one.
   */
  'registry'?: (string);
  /**
   * `registry` only. Required there.
   */
  'username'?: (string);
  /**
   * Organization secrets only. If set, only these projects and workspaces (resource names) get it. A project stands for its builds and
   * for those of its workspaces that get the project's secrets. In answers only those that the caller may see: see `only_others`.
   */
  'only'?: (string)[];
  /**
   * Of the newest version. Input: why this write happens, at most 1024 characters.
   */
  'comment'?: (string);
  /**
   * Output only. The number of the newest version, from 1.
   */
  'version'?: (number | string | Long);
  /**
   * Output only. Size of the newest value in bytes.
   */
  'size'?: (number | string | Long);
  /**
   * Output only.
   */
  'createTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. Principal.
   */
  'creator'?: (string);
  /**
   * Output only. When the newest version or the newest change of another field was written.
   */
  'updateTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. Principal.
   */
  'updater'?: (string);
  /**
   * Output only. Set while it is deleted and can be restored.
   */
  'deleteTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. When it will be purged.
   */
  'purgeTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only.
   */
  'etag'?: (string);
  /**
   * Output only. The store's revision of the last change to this secret.
   */
  'revision'?: (number | string | Long);
  /**
   * Output only, of the write that returned this message: what was accepted but looks wrong, in sentences.
   */
  'warnings'?: (string)[];
  /**
   * Output only, of GetSecret and ListSecrets: the more specific scopes that have a secret of the same name, which wins there;
   * the most specific first. Those whose secrets the caller may list.
   */
  'overriddenBy'?: (string)[];
  /**
   * Output only. How many projects and workspaces are in `only` besides those that are named there, as the caller may not see them.
   */
  'onlyOthers'?: (number);
  /**
   * Output only. Whether `only` limits the secret. `only` stands for the projects and workspaces themselves, not for their names: one
   * that is deleted is taken out, and a limit that becomes empty this way is one all the same: true with an empty `only` means that
   * nothing gets the secret until `only` is written anew.
   */
  'limited'?: (boolean);
  '_mode'?: "mode";
  '_ownerUid'?: "ownerUid";
  '_ownerGid'?: "ownerGid";
}

export interface Secret__Output {
  /**
   * `{parent}/secrets/{secret}`. The last part is the secret's name: `[A-Za-z_][A-Za-z0-9_]*`, at most 127 characters;
   * kinds other than `env` may also use `.` and `-`. Not for `env`: PATH HOME USER SHELL PWD HOSTNAME TERM DOCKER_CONFIG,
   * LD_*, KEYHOLD_*.
   */
  'name': (string);
  /**
   * Output only.
   */
  'uid': (string);
  /**
   * Required. Immutable.
   */
  'kind': (_keyhold_v1_SecretKind__Output);
  /**
   * Input only. `env`: UTF-8 without NUL, at most 128 KiB less the name, the `=` and the final NUL (the kernel's limit for
   * one string). `file`: any bytes, at most 1 MiB. `registry`: the password. `opaque`: any bytes, at most 1 MiB.
   */
  'value': (Buffer);
  /**
   * `file` only. Absolute, without `.` and `..`, at most 4096 bytes. Default `/run/secrets/NAME`.
   */
  'path': (string);
  /**
   * `file` only. Permission bits, 0 to 0777. Default 0400 (256 in decimal).
   */
  'mode'?: (number);
  /**
   * `file` only. Default: the container's user.
   */
  'ownerUid'?: (number);
  /**
   * `file` only. Default: the container's group.
   */
  'ownerGid'?: (number);
  /**
   * `registry` only. A host with an optional port. `docker.io`, `index.docker.io` and `https://index.docker.io/v1/` are one.
   */
  'registry': (string);
  /**
   * `registry` only. Required there.
   */
  'username': (string);
  /**
   * Organization secrets only. If set, only these projects and workspaces (resource names) get it. A project stands for its builds and
   * for those of its workspaces that get the project's secrets. In answers only those that the caller may see: see `only_others`.
   */
  'only': (string)[];
  /**
   * Of the newest version. Input: why this write happens, at most 1024 characters.
   */
  'comment': (string);
  /**
   * Output only. The number of the newest version, from 1.
   */
  'version': (number);
  /**
   * Output only. Size of the newest value in bytes.
   */
  'size': (number);
  /**
   * Output only.
   */
  'createTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. Principal.
   */
  'creator': (string);
  /**
   * Output only. When the newest version or the newest change of another field was written.
   */
  'updateTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. Principal.
   */
  'updater': (string);
  /**
   * Output only. Set while it is deleted and can be restored.
   */
  'deleteTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. When it will be purged.
   */
  'purgeTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only.
   */
  'etag': (string);
  /**
   * Output only. The store's revision of the last change to this secret.
   */
  'revision': (number);
  /**
   * Output only, of the write that returned this message: what was accepted but looks wrong, in sentences.
   */
  'warnings': (string)[];
  /**
   * Output only, of GetSecret and ListSecrets: the more specific scopes that have a secret of the same name, which wins there;
   * the most specific first. Those whose secrets the caller may list.
   */
  'overriddenBy': (string)[];
  /**
   * Output only. How many projects and workspaces are in `only` besides those that are named there, as the caller may not see them.
   */
  'onlyOthers': (number);
  /**
   * Output only. Whether `only` limits the secret. `only` stands for the projects and workspaces themselves, not for their names: one
   * that is deleted is taken out, and a limit that becomes empty this way is one all the same: true with an empty `only` means that
   * nothing gets the secret until `only` is written anew.
   */
  'limited': (boolean);
  '_mode'?: "mode";
  '_ownerUid'?: "ownerUid";
  '_ownerGid'?: "ownerGid";
}
