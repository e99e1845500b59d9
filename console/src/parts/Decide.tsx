/**
 * Approving and refusing. Promise: the buttons are those the server says this person may press on this thing;
 * a refusal of the server is shown beside them. A rejection needs a reason.
 */
import { Input } from "antd";
import { useState } from "react";
import { ActionButton } from "../actions/ActionButton";
import type { Action } from "../actions/action";
import { useActions } from "../actions/useActions";
import { client, intent, must } from "../api/client";
import { useCommand } from "../api/command";
import type { Uuid } from "../api/types";
import { useWords, type WordKey } from "../words";
import { ProblemNote } from "./FourStates";

type Verb = "approve" | "reject" | "send_back" | "withdraw" | "confirm" | "confirm_refuse" | "resend";

/** `bare`: the server keeps no opinion with it, so one that was typed must not vanish. */
const VERBS: {
  verb: Verb;
  word: WordKey;
  keys: string;
  tone?: Action["tone"];
  reason: boolean;
  bare?: boolean;
}[] = [
  { verb: "approve", word: "decide.approve", keys: "a", tone: "primary", reason: false },
  { verb: "confirm", word: "decide.confirm", keys: "c", tone: "primary", reason: false },
  { verb: "confirm_refuse", word: "decide.confirmRefuse", keys: "x", tone: "danger", reason: true },
  { verb: "reject", word: "decide.reject", keys: "x", tone: "danger", reason: true },
  { verb: "send_back", word: "decide.sendBack", keys: "b", reason: true },
  { verb: "resend", word: "decide.resend", keys: "s", reason: false, bare: true },
  { verb: "withdraw", word: "decide.withdraw", keys: "w", reason: false, bare: true },
];

async function send(subject: string, id: Uuid, verb: Verb, opinion: string, key: string): Promise<unknown> {
  const bare = { params: { path: { id } }, ...intent(key) };
  const options = { ...bare, body: { opinion } };
  if (subject === "batch") {
    return must(
      verb === "reject"
        ? client.POST("/api/batches/{id}/reject", options)
        : client.POST("/api/batches/{id}/approve", options),
    );
  }
  if (subject === "case") {
    if (verb === "reject") return must(client.POST("/api/cases/{id}/reject", options));
    if (verb === "send_back") return must(client.POST("/api/cases/{id}/send-back", options));
    return must(client.POST("/api/cases/{id}/approve", options));
  }
  switch (verb) {
    case "approve":
      return must(client.POST("/api/orders/{id}/approve", options));
    case "reject":
    case "send_back":
      return must(client.POST("/api/orders/{id}/reject", options));
    case "confirm":
      return must(client.POST("/api/orders/{id}/confirm", options));
    case "confirm_refuse":
      return must(client.POST("/api/orders/{id}/confirm-refuse", options));
    case "withdraw":
      return must(client.POST("/api/orders/{id}/withdraw", bare));
    case "resend":
      return must(client.POST("/api/orders/{id}/resend", bare));
  }
}

export function Decide(props: {
  /** order, batch, case or confirmation. */
  subject: string;
  id: Uuid;
  can: string[];
  done?: () => void;
  /** Inside a drawer or dialog: its keys lie above those it hides. */
  within?: boolean;
}) {
  const { t } = useWords();
  const [opinion, setOpinion] = useState("");
  const decide = useCommand((verb: Verb, key) => send(props.subject, props.id, verb, opinion, key), {
    refresh: ["acts", "approvals", "orders", "order", "golden", "counts", "hold", "case", "cases", "documents"],
    onDone: () => {
      setOpinion("");
      props.done?.();
    },
  });
  const actions: Action[] = VERBS.filter((v) => props.can.includes(v.verb)).map((v) => ({
    id: `decide-${v.verb}`,
    label: t(v.word),
    keys: v.keys,
    tone: v.tone,
    busy: decide.busy,
    when: v.bare ? opinion.trim() === "" : !v.reason || opinion.trim() !== "",
    because: t(v.bare ? "decide.keepsNoOpinion" : "decide.needsReason"),
    run: () => decide.fire(v.verb),
  }));
  useActions(
    [
      ...actions,
      {
        id: "opinion",
        label: t("decide.opinion"),
        keys: "e",
        when: actions.length > 0,
        run: () => document.querySelector<HTMLElement>("[name=opinion]")?.focus(),
      },
    ],
    { level: props.within ? 3 : 1 },
  );
  if (actions.length === 0) return <ProblemNote problem={decide.problem} />;
  return (
    <div>
      {props.can.includes("confirm_refuse") ? <div className="dim">{t("decide.confirmRefuseNote")}</div> : null}
      <div className="bar-row">
        <Input
          name="opinion"
          aria-label={t("decide.opinion")}
          placeholder={t("decide.opinionHint")}
          style={{ flex: 1, minWidth: 160 }}
          value={opinion}
          maxLength={500}
          onChange={(e) => setOpinion(e.target.value)}
          onKeyDown={(e) => e.key === "Escape" && e.currentTarget.blur()}
        />
        {actions.map((a) => (
          <ActionButton key={a.id} action={a} />
        ))}
      </div>
      <ProblemNote problem={decide.problem} />
    </div>
  );
}
