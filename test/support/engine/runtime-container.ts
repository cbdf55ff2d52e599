import { GenericContainer } from "testcontainers";

/** A container of testcontainers that starts under a given OCI runtime, for which the library has no method. */
export class RuntimeContainer extends GenericContainer {
  /** @param name as in the `runtimes` of the engine's daemon.json */
  withRuntime(name: string): this {
    this.hostConfig.Runtime = name;
    return this;
  }
}
