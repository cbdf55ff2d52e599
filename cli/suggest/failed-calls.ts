import { KeyholdError } from "../../common/errors.ts";
import type { Api } from "../api/api.ts";

/** An API that remembers what was asked for where the answer was NOT_FOUND. */
export interface WatchedApi {
  readonly api: Api;
  /** @returns undefined if the error is not such an answer */
  requestOf(thrown: unknown): unknown;
}

export function watchNotFound(inner: Api): WatchedApi {
  const requests = new WeakMap<KeyholdError, unknown>();
  const api: Api = {
    ...inner,
    async call(service, method, request) {
      try {
        return await inner.call(service, method, request);
      } catch (thrown) {
        if (thrown instanceof KeyholdError && thrown.code === "not-found") requests.set(thrown, request);
        throw thrown;
      }
    },
  };
  return {
    api,
    requestOf: (thrown) => (thrown instanceof KeyholdError ? requests.get(thrown) : undefined),
  };
}
