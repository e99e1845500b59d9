/** 应急授权. What a leader signed beforehand: up to which amount and age of payment a stop may leave before approval. */

import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { StandingPolicyNew, Uuid } from "../../api/types";
import { isoCst, serverNow } from "../../clock/serverClock";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/Field";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { Money, Panel, Time, ToneTag } from "../../parts/shown";
import { fenFromYuan } from "../../parts/typed";
import { useSession } from "../../session/session";
import { useWords } from "../../words";

export function Policies() {
  const { t } = useWords();
  const { access } = useSession();
  const [making, setMaking] = useState(false);
  const asked = useQuery({ queryKey: ["policies"], queryFn: () => must(client.GET("/api/standing-policies")) });
  const end = useCommand(
    (id: Uuid, key) =>
      must(client.POST("/api/standing-policies/{id}/end", { params: { path: { id } }, ...intent(key) })),
    {
      refresh: ["policies"],
    },
  );
  const sign: Action = {
    id: "policy-sign",
    label: t("policy.sign"),
    keys: "Alt+n",
    right: RIGHT.policySign,
    tone: "primary",
    run: () => setMaking(true),
  };
  useActions([sign]);
  return (
    <>
      <Panel
        title={t("admin.policies")}
        note={t("policy.note")}
        right={<ActionButton action={sign} size="small" />}
        className="grow"
      >
        <div className="scroll">
          <ProblemNote problem={end.problem} />
          <FourStates asked={asked} empty={(d) => d.items.length === 0} emptyText={t("policy.empty")}>
            {(data) => (
              <table className="t">
                <thead>
                  <tr>
                    <th>{t("policy.number")}</th>
                    <th className="n">{t("policy.amountMax")}</th>
                    <th className="n">{t("policy.ageMax")}</th>
                    <th>{t("policy.direct")}</th>
                    <th>{t("policy.signedBy")}</th>
                    <th>{t("policy.until")}</th>
                    <th className="n">{t("policy.used")}</th>
                    <th>{t("tree.state")}</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {data.items.map((p) => (
                    <tr key={p.id}>
                      <td className="num">{p.number}</td>
                      <td className="n">
                        <Money amount={p.amount_max} />
                      </td>
                      <td className="n num">{p.payment_age_max_minutes}</td>
                      <td>{p.direct_payee_only ? t("admin.yes") : t("admin.no")}</td>
                      <td>{p.signed_by}</td>
                      <td>
                        <Time at={p.ends_at} full />
                      </td>
                      <td className="n num">{p.used_count}</td>
                      <td>
                        <ToneTag tone={p.ended_at ? "quiet" : "info"}>
                          {p.ended_at ? t("policy.ended") : t("admin.active")}
                        </ToneTag>
                      </td>
                      <td>
                        {access.may(RIGHT.policySign) && !p.ended_at ? (
                          <Button size="small" loading={end.busy} onClick={() => end.fire(p.id)}>
                            {t("policy.end")}
                          </Button>
                        ) : null}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </FourStates>
        </div>
      </Panel>
      {making ? <SignDialog close={() => setMaking(false)} /> : null}
    </>
  );
}

function SignDialog(props: { close: () => void }) {
  const { t } = useWords();
  const [amount, setAmount] = useState("100000");
  const [age, setAge] = useState("120");
  const [days, setDays] = useState("30");
  const [confirm, setConfirm] = useState("60");
  const [direct, setDirect] = useState(true);
  const sign = useCommand(
    (body: StandingPolicyNew, key) => must(client.POST("/api/standing-policies", { body, ...intent(key) })),
    {
      refresh: ["policies"],
      onDone: props.close,
    },
  );
  const send = () =>
    sign.fire({
      amount_max_fen: fenFromYuan(amount) ?? 0,
      payment_age_max_minutes: Number.parseInt(age, 10) || 0,
      direct_payee_only: direct,
      confirm_within_minutes: Number.parseInt(confirm, 10) || 0,
      ends_at: isoCst((serverNow() ?? 0) + (Number.parseInt(days, 10) || 0) * 86_400_000),
    });
  return (
    <Dialog title={t("policy.sign")} close={props.close} width={420}>
      <Field label={t("policy.amountMax")} name="amount_max_fen" problem={sign.problem}>
        <Input autoFocus className="num" value={amount} onChange={(e) => setAmount(e.target.value)} />
      </Field>
      <Field label={t("policy.ageMax")} name="payment_age_max_minutes" problem={sign.problem}>
        <Input className="num" value={age} onChange={(e) => setAge(e.target.value)} />
      </Field>
      <Field label={t("policy.confirmWithin")} name="confirm_within_minutes" problem={sign.problem}>
        <Input className="num" value={confirm} onChange={(e) => setConfirm(e.target.value)} />
      </Field>
      <Field label={t("policy.days")} name="ends_at" problem={sign.problem}>
        <Input className="num" value={days} onChange={(e) => setDays(e.target.value)} />
      </Field>
      <p>
        <Checkbox checked={direct} onChange={(e) => setDirect(e.target.checked)}>
          {t("policy.direct")}
        </Checkbox>
      </p>
      <ProblemNote problem={sign.problem} />
      <Button type="primary" loading={sign.busy} onClick={send}>
        {t("policy.sign")}
      </Button>
    </Dialog>
  );
}
