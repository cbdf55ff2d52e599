/** How browsers see the HTTP port: decides redirects, whose requests a cookie counts for, and whether cookies are `Secure`. */
export class Site {
  #origin: string | undefined;

  /** @param publicUrl an origin; undefined: where the port listens, which is known once it does */
  constructor(publicUrl: string | undefined) {
    this.#origin = publicUrl;
  }

  /** @param address `host:port` */
  listensAt(address: string): void {
    this.#origin ??= new URL(`http://${address}`).origin;
  }

  /** `https://keyhold.example.com` */
  get origin(): string {
    if (this.#origin === undefined) throw new Error("the HTTP port does not listen yet");
    return this.#origin;
  }

  get isSecure(): boolean {
    return this.origin.startsWith("https:");
  }
}
