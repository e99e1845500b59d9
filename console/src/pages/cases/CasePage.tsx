/** One case: its facts, papers and orders, the filing decision, and one timeline that writes itself, with two clocks. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
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
          {c.proposal ? <Proposed data={c} /> : null}
          <Identity report={c.report_id} />
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

/** What was written in 呈请立案, as those who decide read it, and what was said in the decision. */
function Proposed(props: { data: CaseDetail }) {
  const { t, code } = useWords();
  const { proposal, opinion } = props.data;
  if (!proposal) return null;
  return (
    <Panel title={t("case.proposed")} note={proposal.by}>
      <dl className="kv wide pad">
        <dt>{t("case.proposedAt")}</dt>
        <dd>
          <Time at={proposal.at} full />
        </dd>
        <dt>{t("case.officers")}</dt>
        <dd>{proposal.officers.join("、")}</dd>
        <dt>{t("case.source")}</dt>
        <dd>{code("caseSource", proposal.source)}</dd>
        <dt>{t("case.summary")}</dt>
        <dd className="span">{proposal.summary || t("case.summaryOfReport")}</dd>
        <dt>{t("case.unitOpinion")}</dt>
        <dd className="span">{proposal.opinion || "—"}</dd>
        {opinion ? (
          <>
            <dt>{t("case.decision")}</dt>
            <dd className="span">{opinion}</dd>
          </>
        ) : null}
      </dl>
    </Panel>
  );
}

/** 身份证件已核对: who looked at a victim's papers, and the tick for those that nobody has looked at. */
function Identity(props: { report: Uuid }) {
  const { t } = useWords();
  const { access } = useSession();
  const asked = useQuery({
    queryKey: ["identity", props.report],
    queryFn: () => must(client.GET("/api/reports/{id}/identity", { params: { path: { id: props.report } } })),
  });
  const check = useCommand(
    (victim_index: number, key) =>
      must(
        client.POST("/api/reports/{id}/identity", {
          params: { path: { id: props.report } },
          body: { victim_index },
          ...intent(key),
        }),
      ),
    { refresh: ["identity", "case", "golden"] },
  );
  const open = asked.data?.items.find((v) => v.has_number && !v.checked_at);
  useActions([
    {
      id: "identity",
      label: t("identity.check"),
      keys: "i",
      right: RIGHT.reportEdit,
      when: open !== undefined,
      busy: check.busy,
      run: () => open && check.fire(open.victim_index),
    },
  ]);
  return (
    <Panel title={t("identity.title")}>
      <FourStates asked={asked} empty={(d) => d.items.length === 0} emptyText={t("identity.none")}>
        {(data) =>
          data.items.map((v) => (
            <div key={v.victim_index} className="act">
              <div>
                <b>{v.name_masked}</b>{" "}
                {v.checked_at ? (
                  <small>
                    {t("identity.checked", { who: v.checked_by ?? "" })} <Time at={v.checked_at} full />
                  </small>
                ) : (
                  <small className="dim">{t(v.has_number ? "identity.open" : "identity.noNumber")}</small>
                )}
              </div>
              {v.has_number && !v.checked_at && access.may(RIGHT.reportEdit) ? (
                <Button size="small" loading={check.busy} onClick={() => check.fire(v.victim_index)}>
                  {t("identity.check")}
                </Button>
              ) : null}
            </div>
          ))
        }
      </FourStates>
      <ProblemNote problem={check.problem} />
    </Panel>
  );
}

/** 呈请立案. Nothing is filled in from what the screen shows masked; what is left empty stays as the case has it. */
function FileForm(props: { data: CaseDetail }) {
  const { t, code } = useWords();
  const c = props.data;
  const [name, setName] = useState("");
  const [summary, setSummary] = useState("");
  const [officers, setOfficers] = useState("");
  const [opinion, setOpinion] = useState("");
  const [source, setSource] = useState("reported");
  const file = useCommand(
    (_: undefined, key) =>
      must(
        client.POST("/api/cases/{id}/file", {
          params: { path: { id: c.id } },
          body: { name, summary, officers: officersFrom(officers), opinion, source },
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
          <Input
            name="case-name"
            value={name}
            maxLength={100}
            placeholder={t("case.keepName", { name: c.name })}
            onChange={(e) => setName(e.target.value)}
          />
        </Field>
        <Field label={t("case.officers")} name="officers" problem={file.problem} className="w6">
          <Input
            value={officers}
            placeholder={t("case.keepOfficers", { names: c.officers.join("、") })}
            onChange={(e) => setOfficers(e.target.value)}
          />
        </Field>
        <Field label={t("case.summary")} name="summary" problem={file.problem} className="w12">
          <Input.TextArea
            rows={3}
            value={summary}
            placeholder={t("case.keepSummary")}
            onChange={(e) => setSummary(e.target.value)}
          />
        </Field>
        <Field label={t("case.unitOpinion")} name="opinion" problem={file.problem} className="w6">
          <Input value={opinion} maxLength={500} onChange={(e) => setOpinion(e.target.value)} />
        </Field>
        <Field label={t("case.source")} name="source" problem={file.problem} className="w6">
          <Select
            value={source}
            onChange={setSource}
            options={["reported", "found_by_police"].map((value) => ({ value, label: code("caseSource", value) }))}
          />
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
