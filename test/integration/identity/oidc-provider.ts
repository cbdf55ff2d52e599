import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration } from "oidc-provider";

export const CLIENT = { id: "keyhold", secret: "s3cret-of-the-client" };

/** Who has an account there, and what the provider says of them. */
const ACCOUNTS: Readonly<Record<string, { email?: string; email_verified?: boolean }>> = {
  alice: { email: "Alice@Example.com", email_verified: true },
  stranger: { email: "stranger@example.com", email_verified: true },
  unverified: { email: "alice@example.com", email_verified: false },
  nothing: {},
};

/**
 * A certified OpenID provider on a port of its own, under another name (`localhost`) than the server's (`127.0.0.1`), so that
 * going there and back crosses sites as it does in life.
 */
export class TestProvider implements AsyncDisposable {
  readonly issuer: string;
  readonly #server: ReturnType<typeof createServer>;
  #answer: RequestListener | undefined;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => this.#answer?.(request, response));
  }

  static async listen(port = 0): Promise<TestProvider> {
    const server = createServer().listen(port, "localhost");
    await once(server, "listening");
    return new TestProvider(server);
  }

  /** From now on it knows the server; the address of its callback is known only once it runs. */
  serve(redirectUri: string, more: Configuration = {}): void {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [redirectUri],
          response_types: ["code"],
          grant_types: ["authorization_code"],
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      cookies: { keys: ["of-the-test"] },
      // Seconds. It says in many lines when it is left to choose.
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
      findAccount: (_context, id) => ({
        accountId: id,
        claims: async () => ({ sub: id, ...ACCOUNTS[id] }),
      }),
      ...more,
    });
    this.#answer = provider.callback();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
