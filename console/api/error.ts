interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details?: { readonly next?: string; readonly field?: string; readonly retryAfterSeconds?: number };
}

/** What the server said no with, in its own words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  /** What to do about it. */
  readonly next: string | undefined;
  /** Which field of the request is at fault, as the API names it: `secret.path`. */
  readonly field: string | undefined;

  constructor({ code, message, details }: Refusal) {
    super(message);
    this.code = code;
    this.next = details?.next;
    this.field = details?.field;
  }

  static async of(answer: Response): Promise<ApiError> {
    const body: unknown = await answer.json().catch(() => undefined);
    if (isRefusal(body)) return new ApiError(body);
    const message = `the server answered with ${answer.status} and no reason`;
    return new ApiError({ code: "failed", message, details: { next: "see the server's log" } });
  }

  static unreachable(): ApiError {
    const details = { next: "check that it runs and that this machine has a network; this page tries again" };
    return new ApiError({ code: "unavailable", message: "the server cannot be reached", details });
  }
}

function isRefusal(body: unknown): body is Refusal {
  return typeof body === "object" && body !== null && "code" in body && "message" in body;
}

/** A first word that is an ordinary one. Names are case-sensitive: `acme/web`, `api_key`, `ws-1` and `ghcr.io` stay as they are. */
const ORDINARY = /^[a-z]+(?:[’'][a-z]+)?[,;:.!?]?(?=\s|$)/;

/** For people: a sentence that begins with a capital, unless with a name, and ends with a stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const end = /[.!?…]$/.test(trimmed) ? "" : ".";
  return trimmed === "" ? "" : capital(trimmed) + end;
}

function capital(text: string): string {
  return ORDINARY.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
