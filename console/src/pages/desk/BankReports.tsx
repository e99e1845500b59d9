/**
 * 案件举报: what banks have reported and nobody has registered. Taking one opens the form filled with what the bank says;
 * declining one tells the bank why. Shown only while there is something, so that the queue keeps its place.
 */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Input } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { BankReportRow, Uuid } from "../../api/types";
import { Dialog } from "../../parts/Dialog";
import { ProblemNote } from "../../parts/FourStates";
import { Money, Panel, Time } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";

export function BankReports() {
  const { session } = useSession();
  return session.permissions.includes(RIGHT.reportCreate) ? <Waiting /> : null;
}

function Waiting() {
  const { t } = useWords();
  const navigate = useNavigate();
  const [declined, setDeclined] = useState<BankReportRow | null>(null);
  const asked = useQuery({ queryKey: ["bank-reports"], queryFn: () => must(client.GET("/api/bank-reports")) });
  const take = useCommand(
    (id: Uuid, key) => must(client.POST("/api/bank-reports/{id}/take", { params: { path: { id } }, ...intent(key) })),
    {
      refresh: ["bank-reports", "drafts"],
      onDone: (draft) => void navigate({ to: "/intake", search: { draft: draft.id } }),
    },
  );
  const rows = asked.data?.items ?? [];
  if (rows.length === 0) return null;
  return (
    <Panel title={t("desk.bankReports")} note={t("desk.count", { n: asked.data?.total ?? 0 })}>
      <ProblemNote problem={take.problem} />
      <table className="t" data-testid="bank-reports">
        <thead>
          <tr>
            <th>{t("desk.bankReportAt")}</th>
            <th>{t("desk.bankReportFrom")}</th>
            <th>{t("desk.victim")}</th>
            <th className="n">{t("desk.amount")}</th>
            <th>{t("desk.lockedBy")}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={row.id} className="row">
              <td>
                <Time at={row.received_at} />
              </td>
              <td>{row.org_name}</td>
              <td>{row.victim_masked}</td>
              <td className="n">
                <Money amount={row.amount} />
              </td>
              <td>{row.taken_by ?? <span className="dim">—</span>}</td>
              <td className="n">
                <ActionButton
                  action={{
                    id: `bank-report-decline-${row.id}`,
                    label: t("desk.bankReportDecline"),
                    right: RIGHT.reportCreate,
                    run: () => setDeclined(row),
                  }}
                />{" "}
                <ActionButton
                  action={{
                    id: `bank-report-take-${row.id}`,
                    label: t("desk.bankReportTake"),
                    right: RIGHT.reportCreate,
                    busy: take.busy,
                    ...(i === 0 ? { tone: "primary" as const } : {}),
                    run: () => take.fire(row.id),
                  }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {declined ? <Decline row={declined} close={() => setDeclined(null)} /> : null}
    </Panel>
  );
}

function Decline(props: { row: BankReportRow; close: () => void }) {
  const { t } = useWords();
  const [reason, setReason] = useState("");
  const decline = useCommand(
    (text: string, key) =>
      must(
        client.POST("/api/bank-reports/{id}/decline", {
          params: { path: { id: props.row.id } },
          body: { reason: text },
          ...intent(key),
        }),
      ),
    { refresh: ["bank-reports"], onDone: props.close },
  );
  const send = {
    id: "bank-report-decline",
    label: t("desk.bankReportDecline"),
    keys: "Ctrl+Enter",
    right: RIGHT.reportCreate,
    tone: "danger" as const,
    busy: decline.busy,
    when: reason.trim() !== "",
    run: () => decline.fire(reason),
  };
  return (
    <Dialog title={`${t("desk.bankReports")} · ${props.row.org_name}`} close={props.close} actions={[send]}>
      <label htmlFor="bank-report-reason">{t("desk.bankReportReason")}</label>
      <Input.TextArea
        id="bank-report-reason"
        rows={3}
        maxLength={200}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
      />
      <ProblemNote problem={decline.problem} />
      <ActionButton action={send} />
    </Dialog>
  );
}
