import { randomInt } from "node:crypto";
import { command } from "../../../common/command.ts";
import { chooseSubnet, takenSubnets } from "../../../tools/engine/subnet.ts";

/** One host's place in the network: a namespace with one link to the others. */
export interface Place {
  /** Where its processes run: a network namespace, as a file. */
  readonly namespace: string;
  /** The link is down: nothing that is sent arrives, and nobody is told. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** A bridge of this machine with network namespaces on it, in a network that nobody else uses. */
export class TestNetwork implements AsyncDisposable {
  /** The address of this machine on it. */
  readonly address: string;
  readonly #prefix: string;
  readonly #bridge: string;
  readonly #undo = new AsyncDisposableStack();
  #places = 0;

  private constructor(subnet: string) {
    this.#prefix = subnet.replace(/0\/24$/, "");
    this.address = `${this.#prefix}1`;
    this.#bridge = `khn${randomInt(1e6)}`;
  }

  static async open(): Promise<TestNetwork> {
    const network = new TestNetwork(chooseSubnet(await takenSubnets(), randomInt(1e6)));
    await ip("link", "add", "name", network.#bridge, "type", "bridge");
    network.#undo.defer(() => ip("link", "delete", "dev", network.#bridge));
    await ip("address", "add", `${network.address}/24`, "dev", network.#bridge);
    await ip("link", "set", "dev", network.#bridge, "up");
    return network;
  }

  async place(): Promise<Place> {
    this.#places += 1;
    const number = this.#places;
    const name = `${this.#bridge}-${number}`;
    const link = `${this.#bridge}${number}`;
    await ip("netns", "add", name);
    this.#undo.defer(() => ip("netns", "delete", name));
    await ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name);
    this.#undo.defer(() => ip("link", "delete", "dev", link));
    const inside = (...words: string[]) => ip("-netns", name, ...words);
    await inside("address", "add", `${this.#prefix}${number + 1}/24`, "dev", "eth0");
    await inside("link", "set", "dev", "lo", "up");
    await inside("link", "set", "dev", "eth0", "up");
    await ip("link", "set", "dev", link, "master", this.#bridge, "up");
    return {
      namespace: `/run/netns/${name}`,
      // Out of the bridge, so that both ends keep their link and notice nothing.
      cut: () => ip("link", "set", "dev", link, "nomaster"),
      mend: () => ip("link", "set", "dev", link, "master", this.#bridge),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#undo.disposeAsync();
  }
}

async function ip(...words: readonly string[]): Promise<void> {
  await command("ip", words);
}
