/**
 * A bank chosen from the centre's directory by name, short name or pinyin initials (工行, gsyh, zggs): never free text. Where
 * the first digits of the account name the bank, it need not be chosen.
 */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { client, must } from "../api/client";
import { useWords } from "../words";
import { useFieldId } from "./Field";

export interface BankChosen {
  code: string;
  name: string;
}

const useBanks = (q: string, open: boolean) =>
  useQuery({
    queryKey: ["banks", q],
    queryFn: () => must(client.GET("/api/banks", { params: { query: { q } } })),
    enabled: open,
    placeholderData: (before) => before,
    staleTime: 600_000,
  });

/** Digits that can name a bank: the card table's prefixes have ten at most, and no more of a number goes into an address. */
const PREFIX = 10;
const PREFIX_MIN = 6;

/** The bank that the first digits of an account name. */
export function useBankOfCard(number: string): BankChosen | null {
  const digits = number.normalize("NFKC").replace(/[\s-]/g, "");
  const card = /^\d+$/.test(digits) ? digits.slice(0, PREFIX) : "";
  const asked = useQuery({
    queryKey: ["banks", "card", card],
    queryFn: () => must(client.GET("/api/banks", { params: { query: { card } } })),
    enabled: card.length >= PREFIX_MIN,
    staleTime: 600_000,
    gcTime: 60_000,
  });
  return card.length >= PREFIX_MIN ? (asked.data?.items[0] ?? null) : null;
}

export function BankSelect(props: {
  /** Name for tests and for the focus of problems: the path of the field. */
  name: string;
  bank: BankChosen;
  /** The account beside it; its first digits may name the bank. */
  number: string;
  bad?: boolean;
  onChange: (bank: BankChosen) => void;
}) {
  const { t } = useWords();
  const id = useFieldId();
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const asked = useBanks(typed.trim(), open);
  const byCard = useBankOfCard(props.number);
  const found = asked.data?.items ?? [];
  const { bank } = props;
  // A name without a code came from somewhere else (a bank's report, an older draft); it is no choice yet.
  const unknown = bank.name !== "" && bank.code === "";
  const placeholder = byCard
    ? t("bank.byCard", { name: byCard.name })
    : unknown
      ? t("bank.unknown", { name: bank.name })
      : t("bank.hint");
  return (
    <Select
      {...(id ? { id } : {})}
      data-bank={props.name}
      showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) setTyped("");
      }}
      allowClear
      popupMatchSelectWidth={240}
      defaultActiveFirstOption
      value={bank.code === "" ? undefined : bank.code}
      status={props.bad || (unknown && !byCard) ? "error" : ""}
      placeholder={placeholder}
      notFoundContent={asked.isFetching ? t("bank.searching") : t("bank.none")}
      onChange={(code: string | undefined) => {
        const one = found.find((b) => b.code === code);
        if (code === undefined) props.onChange({ code: "", name: "" });
        else if (one) props.onChange({ code: one.code, name: one.name });
      }}
      options={options(found, bank, open)}
    />
  );
}

function options(
  found: { code: string; name: string; initials: string[]; short_names: string[] }[],
  bank: BankChosen,
  open: boolean,
) {
  const list = found.map((b) => ({
    value: b.code,
    label: (
      <span className="bank-option">
        {b.name} <small>{b.short_names[0] ?? b.initials[0]}</small>
      </span>
    ),
  }));
  // The chosen one keeps its name while another is looked for.
  if (!open && bank.code !== "") return [{ value: bank.code, label: <span>{bank.name}</span> }];
  return list;
}
