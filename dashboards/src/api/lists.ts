/** Lists by cursor: first page, then more on demand. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { get, type RequestOptions } from "@/lib/fetch";

export interface Page<Row> {
  results: Row[];
  next: string | null;
}

export function useList<Row>(path: string, query: RequestOptions["query"] = {}, options: { enabled?: boolean; refetchInterval?: number } = {}) {
  return useInfiniteQuery({
    queryKey: [path, query],
    queryFn: ({ pageParam }) => get<Page<Row>>(path, { ...query, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    ...options,
  });
}
