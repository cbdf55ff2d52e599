import type { TargetSource } from "../../common/bundle.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { isText } from "../../common/secret-value.ts";
import type { AnsweredCredential } from "../credential-socket/wire.ts";
import {
  chooseCredential,
  credentialProblems,
  type KnownProject,
  listCredentials,
  namedRegistries,
} from "./choose.ts";
import type { ProjectsFile } from "./projects-file.ts";

/** Milliseconds: `docker pull` waits for this, with a person before it. */
const PATIENCE = 2_000;

export interface HostCredentialsOptions {
  readonly source: Pick<TargetSource, "obtain" | "peek" | "prefetch">;
  readonly session: {
    readonly projects: readonly string[];
    pin(targets: readonly string[]): void;
    onConnected(listener: () => void): () => void;
    onProjects(listener: () => void): () => void;
  };
  readonly file: Pick<ProjectsFile, "read" | "write">;
  readonly log: Pick<Log, "info">;
}

/** Registry credentials for the host's own Docker client: those of the projects that the node was enrolled for. */
export class HostCredentials {
  readonly #options: HostCredentialsOptions;
  /** What was remembered counts until the control plane has said it. */
  #remembered: readonly string[] | undefined;
  #told = false;

  constructor(options: HostCredentialsOptions) {
    this.#options = options;
  }

  /** Begins to watch the projects. Returns the unsubscribe. */
  async start(): Promise<() => void> {
    const { session, file } = this.#options;
    this.#remembered = await file.read();
    this.#watch();
    const hear = () => {
      this.#told = true;
      this.#watch();
      void file.write(session.projects);
    };
    const stops = [session.onConnected(hear), session.onProjects(hear)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  get projects(): readonly string[] {
    return (this.#told ? this.#options.session.projects : this.#remembered) ?? [];
  }

  /** @throws KeyholdError as {@link chooseCredential} */
  async get(registry: string): Promise<AnsweredCredential> {
    const secret = chooseCredential(await this.#obtained(), registry);
    const { secret: name, version, value, username } = secret;
    if (!isText(value) || username === undefined) {
      throw new KeyholdError({
        code: "failed",
        message: `${name} cannot be given to a Docker client: its password is not text`,
        next: "store it again with: keyhold secret set",
      });
    }
    this.#options.log.info({ secret: name, version }, "gave the host's Docker client a registry credential");
    return { username, secret: value.text() };
  }

  /** @throws KeyholdError why a project is not known: a list that lacks its registries would be taken for the whole */
  async list(): Promise<Readonly<Record<string, string>>> {
    const known = await this.#obtained();
    for (const { state } of known) if (state instanceof KeyholdError) throw state;
    return listCredentials(known);
  }

  /** Every registry that the projects name, also one that they differ about; undefined while one of them is not known. */
  registries(): readonly string[] | undefined {
    const held = this.#held();
    const isKnown = this.#isToldProjects() && held.every(({ state }) => !(state instanceof KeyholdError));
    return isKnown ? namedRegistries(held) : undefined;
  }

  problems(): readonly string[] {
    return this.#isToldProjects() ? credentialProblems(this.#held()) : [noProjectsYet().describe()];
  }

  #isToldProjects(): boolean {
    return this.#told || this.#remembered !== undefined;
  }

  /** What the control plane has said, without waiting. */
  #held(): readonly KnownProject[] {
    const { source } = this.#options;
    return this.projects.map((project) => ({ project, state: source.peek(project) ?? notYet(project) }));
  }

  /** They are kept for an outage, too, as what containers need. */
  #watch(): void {
    this.#options.session.pin(this.projects);
    for (const project of this.projects) this.#options.source.prefetch(project);
  }

  async #obtained(): Promise<readonly KnownProject[]> {
    if (!this.#isToldProjects()) throw noProjectsYet();
    return Promise.all(
      this.projects.map(async (project) => {
        try {
          return { project, state: await this.#options.source.obtain(project, PATIENCE) };
        } catch (thrown) {
          return { project, state: KeyholdError.from(thrown, `${project} is not known`) };
        }
      }),
    );
  }
}

function noProjectsYet(): KeyholdError {
  return new KeyholdError({
    code: "unavailable",
    message: "the control plane has not said yet which projects this node is enrolled for",
    next: "check that the control plane is running and reachable",
  });
}

function notYet(project: string): KeyholdError {
  return new KeyholdError({
    code: "unavailable",
    message: `the control plane has not said yet what ${project} gets`,
    next: "check that the control plane is running and reachable",
  });
}
