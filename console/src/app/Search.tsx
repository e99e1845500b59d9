/** `/` finds any identifier. The words typed go in the body of the request, never in an address. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Input } from "antd";
import { useEffect, useState } from "react";
import { client, must } from "../api/client";
import { openFile, pdfLink } from "../api/links";
import type { SearchHit } from "../api/types";
import { Dialog } from "../parts/Dialog";
import { Field, useFieldId } from "../parts/Field";
import { FourStates } from "../parts/FourStates";
import { useWords } from "../words";

function useSettled(value: string, wait_ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), wait_ms);
    return () => clearTimeout(timer);
  }, [value, wait_ms]);
  return settled;
}

/** Why this person looks things up; asked once, kept in memory until the page goes. */
let remembered = "";

export function Search(props: { close: () => void }) {
  const { t, pick, code } = useWords();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [purpose, setPurpose] = useState(remembered);
  const [cursor, setCursor] = useState(0);
  // Each look-up is an entry of the log: the server is asked when typing has come to rest, not with every key.
  const q = useSettled(text.trim(), 500);
  const why = useSettled(purpose.trim(), 500);
  const found = useQuery({
    queryKey: ["search", q, why],
    queryFn: () => must(client.POST("/api/search", { body: { q, purpose: why } })),
    enabled: q.length >= 2 && why.length >= 2,
    retry: false,
    gcTime: 0,
  });
  const explain = (value: string) => {
    remembered = value;
    setPurpose(value);
  };
  const hits = found.data?.items ?? [];
  const open = (hit: SearchHit | undefined) => {
    if (!hit) return;
    props.close();
    if (hit.kind === "report") void navigate({ to: "/golden/$id", params: { id: hit.id } });
    if (hit.kind === "case") void navigate({ to: "/cases/$id", params: { id: hit.id } });
    if (hit.kind === "account") void navigate({ to: "/accounts/$id", params: { id: hit.id } });
    if (hit.kind === "order") void navigate({ to: "/orders", search: { open: hit.id } });
    if (hit.kind === "document") openFile(pdfLink(hit.id));
  };
  return (
    <Dialog
      title={t("frame.find")}
      focus={remembered === "" ? "[name=purpose]" : "[data-testid=search-box]"}
      close={props.close}
      width={640}
      actions={[
        {
          id: "hit-next",
          label: t("do.next"),
          keys: "ArrowDown",
          whileTyping: true,
          run: () => setCursor((c) => Math.min(c + 1, hits.length - 1)),
        },
        {
          id: "hit-previous",
          label: t("do.previous"),
          keys: "ArrowUp",
          whileTyping: true,
          run: () => setCursor((c) => Math.max(c - 1, 0)),
        },
        { id: "hit-open", label: t("do.open"), keys: "Enter", whileTyping: true, run: () => open(hits[cursor]) },
      ]}
    >
      <Field label={t("search.purpose")}>
        <Purpose value={purpose} onChange={explain} />
      </Field>
      <Input
        data-testid="search-box"
        value={text}
        placeholder={t("search.hint")}
        onChange={(e) => {
          setText(e.target.value);
          setCursor(0);
        }}
        aria-label={t("frame.find")}
        autoFocus={remembered !== ""}
        autoComplete="off"
      />
      {q.length < 2 || why.length < 2 ? (
        <div className="empty">{t(why.length < 2 ? "search.needsPurpose" : "search.short")}</div>
      ) : (
        <FourStates asked={found} empty={(d) => d.items.length === 0} emptyText={t("search.none")} rows={3}>
          {(data) =>
            data.items.map((hit, i) => (
              <button
                type="button"
                key={hit.kind + hit.id}
                className={i === cursor ? "hit cursor" : "hit"}
                onClick={() => open(hit)}
              >
                <span className="tag t-gone">{code("hit", hit.kind)}</span>
                <span className="num">{hit.label}</span>
                <small>{pick(hit, "detail")}</small>
              </button>
            ))
          }
        </FourStates>
      )}
    </Dialog>
  );
}

function Purpose(props: { value: string; onChange: (text: string) => void }) {
  const { t } = useWords();
  const id = useFieldId();
  return (
    <Input
      id={id}
      name="purpose"
      value={props.value}
      maxLength={200}
      placeholder={t("search.purposeHint")}
      onChange={(e) => props.onChange(e.target.value)}
    />
  );
}
