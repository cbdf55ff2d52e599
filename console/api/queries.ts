import { keepPreviousData, QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { call, type Method, type Request, type Response } from "./call.ts";
import { ApiError } from "./error.ts";

const RETRIED = ["unavailable", "timeout"];

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (count, error) => error instanceof ApiError && RETRIED.includes(error.code) && count < 2,
      },
      mutations: { retry: false },
    },
  });
}

/** A read, by its method and request; what a write changes is invalidated by the method's name. */
export function read<M extends Method>(method: M, request: Request<M>) {
  return queryOptions({
    queryKey: [method, request] as const,
    queryFn: ({ signal }) => call(method, request, signal),
  });
}

/** @param every milliseconds between two looks while the page is seen */
export function useRead<M extends Method>(
  method: M,
  request: Request<M>,
  options: { readonly enabled?: boolean; readonly every?: number; readonly keep?: boolean } = {},
) {
  return useQuery({
    ...read(method, request),
    enabled: options.enabled ?? true,
    refetchInterval: options.every ?? false,
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
  });
}

type Paged<M extends Method> = Request<M> & { readonly pageToken?: string; readonly pageSize?: number };
const PAGE = 1000;

/** All pages of a list, one after the other. */
async function readAll<M extends Method>(
  method: M,
  request: Omit<Request<M>, "pageToken" | "pageSize">,
  field: keyof Response<M>,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (let pageToken = ""; ; ) {
    const page = { ...request, pageSize: PAGE, ...(pageToken === "" ? {} : { pageToken }) } as Paged<M>;
    const answer = (await call(method, page, signal)) as Response<M> & { readonly nextPageToken?: string };
    items.push(...((answer[field] as readonly unknown[] | undefined) ?? []));
    pageToken = answer.nextPageToken ?? "";
    if (pageToken === "") return items;
  }
}

type ItemOf<M extends Method, F extends keyof Response<M>> =
  NonNullable<Response<M>[F]> extends readonly (infer Item)[] ? Item : never;

/** A whole list: sorted, searched and filtered in the page, which a list of 10,000 bears. */
export function useList<M extends Method, F extends keyof Response<M>>(
  method: M,
  request: Omit<Request<M>, "pageToken" | "pageSize">,
  field: F,
  options: { readonly enabled?: boolean; readonly every?: number } = {},
) {
  return useQuery({
    queryKey: [method, request, "all"] as const,
    queryFn: async ({ signal }) => (await readAll(method, request, field, signal)) as readonly ItemOf<M, F>[],
    enabled: options.enabled ?? true,
    refetchInterval: options.every ?? false,
  });
}
