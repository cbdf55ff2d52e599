import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ControlPlaneSession } from "../../../agent/session/session.ts";
import { type ChannelIdentity, RenewableCredentials } from "../../../common/grpc/channel.ts";
import { loadApi, loadDefinition } from "../../../common/grpc/protos.ts";
import { StatusCodec } from "../../../common/grpc/status.ts";
import { createLog, silentLog } from "../../../common/log.ts";
import { childName, type Target } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import type { Change, ChangeKind } from "../../../controlplane/database/change.ts";
import type { NodeRecord, ProjectRecord, WorkspaceRecord } from "../../../controlplane/directory/records.ts";
import {
  type CertificateAuthority,
  newKeyPair,
  openCertificateAuthority,
  pemOfKey,
} from "../../../controlplane/identity/certificates/ca.ts";
import {
  issueNodeCertificate,
  nodeIdentityOf,
} from "../../../controlplane/identity/certificates/node-certificate.ts";
import {
  openServerCertificate,
  type ServerCertificate,
} from "../../../controlplane/identity/certificates/server-certificate.ts";
import { AgentSessions } from "../../../controlplane/stream/agent-sessions.ts";
import { StoredAnswers } from "../../../controlplane/stream/answers.ts";
import { Contacts } from "../../../controlplane/stream/contacts.ts";
import { FollowedChanges } from "../../../controlplane/stream/followed-changes.ts";
import type { DeliveryAudits } from "../../../controlplane/stream/node-session.ts";
import { Presence } from "../../../controlplane/stream/presence.ts";
import type { AgentServiceHandlers } from "../../../proto/gen/keyhold/v1/AgentService.ts";

const definition = loadDefinition();
const api = loadApi(definition);
const errors = new StatusCodec(definition);

/** The rules of the real stores that the stream relies on, in memory: revisions, atomic claims, changes after each write. */
class MemoryStore {
  readonly values = new Map<string, string>();
  resolved = 0;
  #revision = 0;
  readonly #placements = new Map<string, string | undefined>();
  readonly #projects = new Set<string>();
  readonly #nodes = new Map<string, { projects: string[]; revokeTime: number | undefined }>();
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();

  #commit(resource: string, kind: ChangeKind, action: Change["action"] = "updated") {
    this.#revision += 1;
    const organization = resource.split("/")[1];
    for (const listener of this.#listeners)
      listener([{ revision: this.#revision, organization, resource, kind, action }]);
  }

  readonly feed = {
    onChange: (listener: (changes: readonly Change[]) => void) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
    currentRevision: async () => this.#revision,
  };

  readonly workspaces = {
    find: async (organization: string, id: string) => this.#workspace(organization, id),
    claim: async (organization: string, id: string, node: string) => {
      const name = `organizations/${organization}/workspaces/${id}`;
      if (this.#placements.get(name) === undefined) this.place(name, node);
      return this.#workspace(organization, id) as WorkspaceRecord;
    },
  };

  readonly projects = {
    find: async (organization: string, id: string) => {
      const name = `organizations/${organization}/projects/${id}`;
      return this.#projects.has(name) ? ({ name } as ProjectRecord) : undefined;
    },
  };

  readonly nodes = {
    find: async (organization: string, id: string) => {
      const name = `organizations/${organization}/nodes/${id}`;
      const node = this.#nodes.get(name);
      const who = { ...childName(organization, "nodes", id), uid: id, claimAny: true };
      return node && ({ ...who, ...node } as unknown as NodeRecord);
    },
  };

  readonly bundles = {
    digest: async (target: Target) => `digest of ${this.values.get(target.name) ?? ""}`,
    resolve: async (target: Target) => {
      this.resolved += 1;
      const text = this.values.get(target.name) ?? "";
      const secret = `${target.name}/secrets/API_KEY`;
      const value = SecretValue.of(text);
      const found = { id: "API_KEY", secret, version: 1, kind: "env" as const, value, fingerprint: "f" };
      return { target: target.name, revision: this.#revision, digest: `digest of ${text}`, secrets: [found] };
    },
  };

  #workspace(organization: string, id: string): WorkspaceRecord | undefined {
    const name = `organizations/${organization}/workspaces/${id}`;
    if (!this.#placements.has(name)) return undefined;
    const node = this.#placements.get(name);
    return { name, id, node, placement: { released: false } } as WorkspaceRecord;
  }

  place(name: string, node: string | undefined) {
    this.#placements.set(name, node);
    this.#commit(name, "workspace");
  }

  placement(name: string) {
    return this.#placements.get(name);
  }

  remove(name: string) {
    this.#placements.delete(name);
    this.#projects.delete(name);
    this.#commit(name, "workspace", "deleted");
  }

  project(name: string) {
    this.#projects.add(name);
    this.#commit(name, "project", "created");
  }

  node(name: string, projects: string[] = [], revokeTime?: number) {
    this.#nodes.set(name, { projects, revokeTime });
    this.#commit(name, "node");
  }

  /** A secret of this target is written: with the same value, the change is shadowed. */
  write(target: string, value: string) {
    this.values.set(target, value);
    this.#commit(`${target}/secrets/API_KEY`, "secret");
  }
}

/** A secret's change touches the target it belongs to, which is the first four parts of its name. */
async function affected(changes: readonly Change[]): Promise<ReadonlySet<string>> {
  return new Set(changes.map((change) => change.resource.split("/").slice(0, 4).join("/")));
}

/** A real gRPC server with mutual TLS and the real stream handler over {@link MemoryStore}. */
export class StreamWorld {
  readonly store = new MemoryStore();
  readonly lines: { level: string; msg: string; reason?: string }[] = [];
  readonly serials: string[] = [];
  readonly #cleanups: (() => unknown)[] = [];
  presence = new Presence();
  sessions!: AgentSessions;
  port = 0;
  #authority!: CertificateAuthority;
  #server!: ServerCertificate;
  #grpc: grpc.Server | undefined;

  static async open(): Promise<StreamWorld> {
    const world = new StreamWorld();
    const directory = await mkdtemp(join(tmpdir(), "keyhold-stream-"));
    world.#cleanups.push(() => rm(directory, { recursive: true }));
    world.#authority = await openCertificateAuthority(directory);
    world.#server = await openServerCertificate({
      directory,
      authority: world.#authority,
      hostName: "",
      names: [],
    });
    await world.start();
    return world;
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts the server, on the same port as before. */
  async start(): Promise<void> {
    const { store, presence } = this;
    const answers = new StoredAnswers({ ...store, bundles: store.bundles });
    const changes = await FollowedChanges.open(store.feed, affected, silentLog);
    const audit: DeliveryAudits = { asking: (_node, work) => work(), delivered: async () => undefined };
    const stores = { nodes: { contact: async () => undefined }, receipts: { record: async () => undefined } };
    const contacts = new Contacts({ presence, ...stores, server: "here", log: silentLog });
    const rest = { contacts, errors, audit, log: silentLog };
    this.sessions = new AgentSessions({ changes, answers, nodes: answers, ...rest });
    const server = new grpc.Server();
    const handlers: Partial<AgentServiceHandlers> = { Subscribe: (call) => this.#subscribe(call) };
    server.addService(api.AgentService.service, handlers as grpc.UntypedServiceImplementation);
    const pair = { cert_chain: Buffer.from(this.#server.chain), private_key: Buffer.from(this.#server.key) };
    const credentials = grpc.ServerCredentials.createSsl(
      Buffer.from(this.#authority.certificate),
      [pair],
      true,
    );
    this.port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.port}`, credentials, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.#grpc = server;
  }

  #subscribe(call: Parameters<AgentServiceHandlers["Subscribe"]>[0]) {
    const certificate = call.getAuthContext().sslPeerCertificate;
    if (certificate === undefined) throw new Error("no certificate");
    const { node, uid = "" } = nodeIdentityOf(certificate);
    this.serials.push(certificate.serialNumber.toLowerCase());
    this.sessions.subscribe({ ...node, uid }, call, { address: "127.0.0.1", requestId: "" });
  }

  /** Ends the streams, then the server. */
  stop() {
    this.sessions.closeAll();
    this.#grpc?.forceShutdown();
  }

  async identity(id: string): Promise<ChannelIdentity & { serial: string }> {
    const { publicKey, privateKey } = await newKeyPair();
    const node = { ...childName("acme", "nodes", id), uid: id };
    const issued = issueNodeCertificate(this.#authority, node, publicKey);
    const ca = Buffer.from(this.#authority.certificate);
    const certificate = Buffer.from(issued.pem);
    return { ca, certificate, key: Buffer.from(pemOfKey(privateKey)), serial: issued.serial };
  }

  /** An enrolled node's client. */
  async client(id: string, options: { address?: string; channel?: grpc.ChannelOptions } = {}) {
    const node = `organizations/acme/nodes/${id}`;
    if ((await this.store.nodes.find("acme", id)) === undefined) this.store.node(node);
    const credentials = new RenewableCredentials(await this.identity(id));
    const address = options.address ?? this.address;
    const channel = credentials.channel(address);
    const client = new api.AgentService(address, channel.credentials, {
      ...channel.options,
      ...options.channel,
    });
    this.#cleanups.push(() => client.close());
    return { node, client, credentials };
  }

  /** An enrolled node with its session, started. */
  async agent(id: string, options: { address?: string; channel?: grpc.ChannelOptions } = {}) {
    const given = await this.client(id, options);
    const write = (line: string) => void this.lines.push(JSON.parse(line));
    const session = new ControlPlaneSession({
      subscribe: () => given.client.subscribe(),
      server: options.address ?? this.address,
      agentVersion: "1.2.3",
      errors,
      log: createLog({ level: "debug", name: "agent", write }),
    });
    this.#cleanups.unshift(() => session.close());
    session.start();
    return { ...given, session };
  }

  logged(message: string) {
    return this.lines.filter((line) => line.msg === message);
  }

  async close() {
    for (const cleanup of this.#cleanups) await cleanup();
    this.stop();
  }
}
