// Original file: proto/keyhold/v1/agent_service.proto


export interface _keyhold_v1_ContainerWants_Selected {
  'secretId'?: (string);
  'optional'?: (boolean);
}

export interface _keyhold_v1_ContainerWants_Selected__Output {
  'secretId': (string);
  'optional': (boolean);
}

export interface _keyhold_v1_ContainerWants_Variable {
  'name'?: (string);
  /**
   * Whose values are in it.
   */
  'secretIds'?: (string)[];
  /**
   * Without them it is left alone, instead of refusing.
   */
  'optional'?: (boolean);
}

export interface _keyhold_v1_ContainerWants_Variable__Output {
  'name': (string);
  /**
   * Whose values are in it.
   */
  'secretIds': (string)[];
  /**
   * Without them it is left alone, instead of refusing.
   */
  'optional': (boolean);
}

/**
 * What a container asks for and how it was started: enough to say what a change would do to it, without asking its node.
 */
export interface ContainerWants {
  /**
   * As the label `keyhold.on-change` writes it, the default filled in: `restart`, `signal:SIGHUP`, `files`, `ignore`,
   * `service-update`. `files` also for a task of a Swarm service that says `restart`: only the orchestrator restarts it.
   */
  'onChange'?: (string);
  /**
   * It has no label `keyhold.secrets`: it gets everything.
   */
  'allSecrets'?: (boolean);
  /**
   * Those of the label.
   */
  'secrets'?: (_keyhold_v1_ContainerWants_Selected)[];
  /**
   * What references and labels `keyhold.env.VAR` set, over `env` secrets of the same name; the later of one name counts.
   */
  'variables'?: (_keyhold_v1_ContainerWants_Variable)[];
  /**
   * Whom its files belong to where the secret does not say.
   */
  'userId'?: (number);
  'groupId'?: (number);
  /**
   * Whether files below /run/secrets can come and go while it runs.
   */
  'hasDirectory'?: (boolean);
  /**
   * Files that are mounted by themselves and can change while it runs.
   */
  'mountedPaths'?: (string)[];
  /**
   * The Swarm service that it is a task of; empty: none.
   */
  'service'?: (string);
  /**
   * The label `keyhold.dependents=restart`: its node restarts `dependents` after it.
   */
  'restartsDependents'?: (boolean);
  /**
   * What the container mounts at /run/secrets or below, so that no file can go there; empty: nothing. Not set by agents of release
   * 0.1: with these, a container without a directory has something there.
   */
  'occupiedBy'?: (string);
  '_occupiedBy'?: "occupiedBy";
}

/**
 * What a container asks for and how it was started: enough to say what a change would do to it, without asking its node.
 */
export interface ContainerWants__Output {
  /**
   * As the label `keyhold.on-change` writes it, the default filled in: `restart`, `signal:SIGHUP`, `files`, `ignore`,
   * `service-update`. `files` also for a task of a Swarm service that says `restart`: only the orchestrator restarts it.
   */
  'onChange': (string);
  /**
   * It has no label `keyhold.secrets`: it gets everything.
   */
  'allSecrets': (boolean);
  /**
   * Those of the label.
   */
  'secrets': (_keyhold_v1_ContainerWants_Selected__Output)[];
  /**
   * What references and labels `keyhold.env.VAR` set, over `env` secrets of the same name; the later of one name counts.
   */
  'variables': (_keyhold_v1_ContainerWants_Variable__Output)[];
  /**
   * Whom its files belong to where the secret does not say.
   */
  'userId': (number);
  'groupId': (number);
  /**
   * Whether files below /run/secrets can come and go while it runs.
   */
  'hasDirectory': (boolean);
  /**
   * Files that are mounted by themselves and can change while it runs.
   */
  'mountedPaths': (string)[];
  /**
   * The Swarm service that it is a task of; empty: none.
   */
  'service': (string);
  /**
   * The label `keyhold.dependents=restart`: its node restarts `dependents` after it.
   */
  'restartsDependents': (boolean);
  /**
   * What the container mounts at /run/secrets or below, so that no file can go there; empty: nothing. Not set by agents of release
   * 0.1: with these, a container without a directory has something there.
   */
  'occupiedBy'?: (string);
  '_occupiedBy'?: "occupiedBy";
}
