/** Keyset paging: the list grows by what the server's cursor says; the total is the server's. */
import { type InfiniteData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { Page } from "../api/types";
import { useWords } from "../words";

export function usePages<P extends Page<unknown>>(
  queryKey: QueryKey,
  read: (cursor: string | undefined) => Promise<P>,
) {
  const asked = useInfiniteQuery<P, Error, InfiniteData<P, string | undefined>, QueryKey, string | undefined>({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const items = (asked.data?.pages.flatMap((p) => p.items) ?? []) as P["items"];
  return { asked, items, total: asked.data?.pages[0]?.total ?? 0, first: asked.data?.pages[0] };
}

export function More(props: { shown: number; total: number; more: boolean; busy: boolean; next: () => void }) {
  const { t } = useWords();
  return (
    <div className="more dim">
      {props.more && props.total <= props.shown
        ? t("list.shownMore", { n: props.shown })
        : t("list.shown", { n: props.shown, m: props.total })}{" "}
      {props.more ? (
        <Button size="small" loading={props.busy} onClick={props.next}>
          {t("list.more")}
        </Button>
      ) : null}
    </div>
  );
}

export function Filters<K extends string>(props: {
  options: readonly K[];
  value: K | undefined;
  label: (key: K) => string;
  all: string;
  onChange: (key: K | undefined) => void;
}) {
  return (
    <div className="filters" role="group">
      <button type="button" className={props.value === undefined ? "on" : ""} onClick={() => props.onChange(undefined)}>
        {props.all}
      </button>
      {props.options.map((key) => (
        <button type="button" key={key} className={props.value === key ? "on" : ""} onClick={() => props.onChange(key)}>
          {props.label(key)}
        </button>
      ))}
    </div>
  );
}
