/** One case: its facts, papers and orders, the filing decision, and one timeline that writes itself, with two clocks. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { useActions } from "../../actions/useActions";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { CaseDetail, Uuid } from "../../api/types";
import { Decide } from "../../parts/Decide";
import { Documents } from "../../parts/Documents";
import { Field } from "../../parts/Field";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { Countdown, Money, Panel, Time, ToneTag } from "../../parts/shown";
import { Timeline } from "../../parts/Timeline";
import { useSession } from "../../session/session";
import { useWords } from "../../words";
import { OrderTable } from "../orders/OrdersPage";
import { caseTone, officersFrom } from "./model";

export function CasePage() {
  const { id } = useParams({ from: "/cases/$id" });
  const asked = useQuery({
    queryKey: ["case", id],
    queryFn: () => must(client.GET("/api/cases/{id}", { params: { path: { id } } })),
  });
  return (
    <div className="page">
      <FourStates asked={asked} rows={10}>
        {(data) => <Shown key={id} data={data} />}
      </FourStates>
    </div>
  );
}

function Shown(props: { data: CaseDetail }) {
  const { t, pick, code } = useWords();
  const navigate = useNavigate();
  const c = props.data;
  useActions([
    {
      id: "to-golden",
      label: t("nav.golden"),
      keys: "r",
      run: () => void navigate({ to: "/golden/$id", params: { id: c.report_id } }),
    },
  ]);
  return (
    <>
      <div className="bar-row">
        <h1>{c.name || c.number}</h1>
        <span className="num dim">{c.number}</span>
        <ToneTag tone={caseTone(c.state)}>{pick(c, "state_text")}</ToneTag>
        {c.due_at ? (
          <span>
            <span className="dim">{code("due", c.due_kind)}</span> <Countdown due={c.due_at} urgent />
          </span>
        ) : null}
        <span className="r">
          <Link to="/golden/$id" params={{ id: c.report_id }}>
            {t("nav.golden")} <span className="num">{c.report_number}</span>
          </Link>
        </span>
      </div>
      <div className="two right">
        <div className="stack">
          <Panel title={t("case.facts")}>
            <dl className="kv wide pad">
              <dt>{t("desk.category")}</dt>
              <dd>{code("category", c.category) || "—"}</dd>
              <dt>{t("desk.area")}</dt>
              <dd>{c.area_name}</dd>
              <dt>{t("desk.amount")}</dt>
              <dd>
                <Money amount={c.amount} />
              </dd>
              <dt>{t("case.acceptedAt")}</dt>
              <dd>
                <Time at={c.accepted_at} full />
              </dd>
              <dt>{t("case.filedAt")}</dt>
              <dd>
                <Time at={c.filed_at} full />
              </dd>
              <dt>{t("case.officers")}</dt>
              <dd>{c.officers.join("、") || "—"}</dd>
              <dt>{t("case.summary")}</dt>
              <dd className="span">{c.summary || "—"}</dd>
            </dl>
          </Panel>
          {c.can.includes("file") ? <FileForm data={c} /> : null}
          {c.can.includes("extend") ? <Extend id={c.id} /> : null}
          {c.can.some((verb) => verb === "approve" || verb === "reject") ? (
            <Panel title={t("case.decision")}>
              <div className="pad">
                <Decide subject="case" id={c.id} can={c.can} />
              </div>
            </Panel>
          ) : null}
          <Panel title={t("nav.orders")} note={c.orders.length}>
            {c.orders.length === 0 ? (
              <div className="pad dim">{t("order.empty")}</div>
            ) : (
              <OrderTable
                rows={c.orders}
                short
                onOpen={(id) => void navigate({ to: "/orders", search: { open: id } })}
              />
            )}
          </Panel>
          <Panel title={t("document.papers")}>
            <Documents subject={c.id} rows={c.documents} />
          </Panel>
        </div>
        <Panel title={t("golden.timeline")} note={t("timeline.twoClocks")}>
          <div className="scroll">
            <Timeline entries={c.timeline} />
          </div>
        </Panel>
      </div>
    </>
  );
}

/** A longer review: the officer's seven days; thirty are the head's. */
function Extend(props: { id: Uuid }) {
  const { t } = useWords();
  const extend = useCommand(
    (review: string, key) =>
      must(
        client.POST("/api/cases/{id}/extend", { params: { path: { id: props.id } }, body: { review }, ...intent(key) }),
      ),
    { refresh: ["case", "cases"] },
  );
  return (
    <Panel title={t("case.extend")}>
      <div className="pad">
        <div className="bar-row">
          <Button loading={extend.busy} onClick={() => extend.fire("checking")}>
            {t("case.extend7")}
          </Button>
          <Button loading={extend.busy} onClick={() => extend.fire("major")}>
            {t("case.extend30")}
          </Button>
        </div>
        <ProblemNote problem={extend.problem} />
      </div>
    </Panel>
  );
}

/** 呈请立案. */
function FileForm(props: { data: CaseDetail }) {
  const { t } = useWords();
  const { session } = useSession();
  const c = props.data;
  const [name, setName] = useState(c.name);
  const [summary, setSummary] = useState(c.summary);
  const [officers, setOfficers] = useState(c.officers.join("、") || session.user.name);
  const [opinion, setOpinion] = useState("");
  const file = useCommand(
    (_: undefined, key) =>
      must(
        client.POST("/api/cases/{id}/file", {
          params: { path: { id: c.id } },
          body: { name, summary, officers: officersFrom(officers), opinion },
          ...intent(key),
        }),
      ),
    { refresh: ["case", "cases", "approvals", "golden", "counts"] },
  );
  useActions([
    {
      id: "file",
      label: t("case.file"),
      keys: "Ctrl+Enter",
      right: RIGHT.filingPropose,
      busy: file.busy,
      run: () => file.fire(undefined),
    },
    {
      id: "to-file",
      label: t("case.fileForm"),
      keys: "f",
      run: () => document.querySelector<HTMLElement>("[name=case-name]")?.focus(),
    },
  ]);
  return (
    <Panel title={t("case.fileForm")}>
      <div className="fields">
        <Field label={t("case.name")} name="name" problem={file.problem} className="w6">
          <Input name="case-name" value={name} onChange={(e) => setName(e.target.value)} />
        </Field>
        <Field label={t("case.officers")} name="officers" problem={file.problem} className="w6">
          <Input value={officers} onChange={(e) => setOfficers(e.target.value)} />
        </Field>
        <Field label={t("case.summary")} name="summary" problem={file.problem} className="w12">
          <Input.TextArea rows={3} value={summary} onChange={(e) => setSummary(e.target.value)} />
        </Field>
        <Field label={t("decide.opinion")} name="opinion" problem={file.problem} className="w12">
          <Input value={opinion} onChange={(e) => setOpinion(e.target.value)} />
        </Field>
      </div>
      <div className="pad">
        <ProblemNote problem={file.problem} />
        <Button type="primary" loading={file.busy} onClick={() => file.fire(undefined)}>
          {t("case.file")}
        </Button>
      </div>
    </Panel>
  );
}
