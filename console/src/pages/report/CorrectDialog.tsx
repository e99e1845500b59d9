/** 补正: one row or one person of a registered report is corrected, or added, with the reason. Nothing is prefilled from veiled text. */
import { App, Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { Problem } from "../../api/problem";
import type { Golden, Uuid } from "../../api/types";
import { useNow } from "../../clock/serverClock";
import { BankSelect } from "../../parts/BankSelect";
import { Dialog } from "../../parts/Dialog";
import { Field, useFieldId } from "../../parts/Field";
import { ProblemNote } from "../../parts/FourStates";
import { groupYuan } from "../../parts/shown";
import { useWords } from "../../words";
import { HOWS } from "../intake/form";
import { type Bank, type CorrectionForm, correctionOf, isPayment, isPerson, noCorrection, unreadable } from "./model";

const NO_BANK: Bank = { code: "", name: "" };
const chosen = (bank: Bank): Bank | null => (bank.code === "" ? null : bank);

type Put = (change: Partial<CorrectionForm>) => void;
type Part = { form: CorrectionForm; put: Put; problem: Problem | null };

export function CorrectDialog(props: { report: Uuid; golden: Golden; revision: number; close: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const now = useNow() ?? Date.now();
  const first = props.golden.payments[0];
  const [form, setForm] = useState(noCorrection(first ? `payment:${first.id}` : "new-payment"));
  const put: Put = (change) => setForm((was) => ({ ...was, ...change }));
  const wrong = unreadable(form, now);
  const send = useCommand(
    (_: undefined, key) =>
      must(
        client.POST("/api/reports/{id}/corrections", {
          params: { path: { id: props.report } },
          body: correctionOf(form, props.revision, now),
          ...intent(key),
        }),
      ),
    {
      refresh: ["golden", "flow", "reports", "orders", "approvals", "corrections", "counts"],
      onDone: (done) => {
        const stops = done.accepted.orders.length;
        void message.success(stops > 0 ? t("correct.doneWithStops", { n: stops }) : t("correct.done"));
        props.close();
      },
    },
  );
  const ready = form.reason.trim() !== "" && wrong === null;
  const fire = () => ready && send.fire(undefined);
  const part: Part = { form, put, problem: send.problem };
  return (
    <Dialog
      title={t("correct.title")}
      close={props.close}
      width={560}
      actions={[
        { id: "correct-send", label: t("correct.do"), keys: "Ctrl+Enter", when: ready, busy: send.busy, run: fire },
      ]}
    >
      <p className="dim">{t("correct.note")}</p>
      <Field label={t("correct.what")}>
        <What golden={props.golden} value={form.what} onChange={(what) => setForm({ ...noCorrection(what) })} />
      </Field>
      {isPayment(form.what) ? <PaymentFields {...part} unreadable={wrong} /> : null}
      {isPerson(form.what) ? <PersonFields {...part} /> : null}
      <Field label={t("correct.narrative")} name="narrative" problem={send.problem}>
        <Text value={form.narrative} onChange={(narrative) => put({ narrative })} />
      </Field>
      <Field label={t("correct.reason")} name="reason" problem={send.problem}>
        <Text value={form.reason} onChange={(reason) => put({ reason })} hint={t("correct.reasonHint")} />
      </Field>
      <Checkbox checked={form.sendStops} disabled={form.remove} onChange={(e) => put({ sendStops: e.target.checked })}>
        {t("correct.sendStops")}
      </Checkbox>
      <ProblemNote problem={send.problem} />
      <Button type="primary" htmlType="submit" loading={send.busy} disabled={!ready} onClick={fire}>
        {t("correct.do")}
      </Button>
    </Dialog>
  );
}

function What(props: { golden: Golden; value: string; onChange: (what: string) => void }) {
  const { t, code } = useWords();
  const id = useFieldId();
  const payee = (p: Golden["payments"][number]) =>
    p.account_id ? `${p.to_name_masked} …${p.to_number_tail}` : `${code("how", p.how)} ${t("pay.noAccount")}`;
  const payments = props.golden.payments.map((p, i) => ({
    value: `payment:${p.id}`,
    label: `${t("correct.payment", { n: i + 1 })} · ${groupYuan(p.amount)} → ${payee(p)}`,
  }));
  const people = props.golden.people.map((p) => ({
    value: `person:${p.id}`,
    label: `${t(p.role === "victim" ? "correct.victim" : "correct.caller")} · ${p.name_masked || p.phone_masked}`,
  }));
  const added = [
    { value: "new-payment", label: t("correct.newPayment") },
    { value: "new-victim", label: t("correct.newVictim") },
    { value: "story", label: t("correct.story") },
  ];
  return <Select id={id} value={props.value} onChange={props.onChange} options={[...payments, ...people, ...added]} />;
}

function Text(props: { value: string; onChange: (text: string) => void; hint?: string }) {
  const id = useFieldId();
  return (
    <Input
      id={id}
      value={props.value}
      placeholder={props.hint}
      maxLength={200}
      onChange={(e) => props.onChange(e.target.value)}
    />
  );
}

function PaymentFields(props: Part & { unreadable: "paidAt" | "amount" | null }) {
  const { t } = useWords();
  const { form, put, problem } = props;
  const at = (name: string) => ({ name: `payments[0].${name}`, problem });
  return (
    <>
      {form.what !== "new-payment" ? (
        <Checkbox checked={form.remove} onChange={(e) => put({ remove: e.target.checked })}>
          {t("correct.remove")}
        </Checkbox>
      ) : null}
      {form.remove ? null : (
        <div className="grid2">
          <Field
            label={t("correct.paidAt")}
            {...at("paid_at")}
            remark={props.unreadable === "paidAt" ? t("correct.timeUnread") : null}
          >
            <Text value={form.paidAt} onChange={(paidAt) => put({ paidAt })} />
          </Field>
          <Field
            label={t("correct.amount")}
            {...at("amount_fen")}
            remark={props.unreadable === "amount" ? t("correct.amountUnread") : null}
          >
            <Text value={form.amount} onChange={(amount) => put({ amount })} />
          </Field>
          <Field label={t("pay.how")} {...at("how")}>
            <How value={form.how} onChange={(how) => put({ how })} />
          </Field>
          <div className="fill">
            <Checkbox checked={form.payeeUnknown} onChange={(e) => put({ payeeUnknown: e.target.checked })}>
              {t("correct.payeeUnknown")}
            </Checkbox>
          </div>
          <Field label={t("correct.payeeNumber")} {...at("to.number")}>
            <Text value={form.payeeNumber} onChange={(payeeNumber) => put({ payeeNumber })} />
          </Field>
          <Field label={t("correct.payeeName")} {...at("to.name")}>
            <Text value={form.payeeName} onChange={(payeeName) => put({ payeeName })} />
          </Field>
          <Field label={t("correct.payeeBank")} {...at("to.bank_code")}>
            <BankSelect
              name="payments[0].to.bank_code"
              bank={form.payeeBank ?? NO_BANK}
              number={form.payeeNumber}
              onChange={(payeeBank) => put({ payeeBank: chosen(payeeBank) })}
            />
          </Field>
          <Field label={t("correct.payerNumber")} {...at("from.number")}>
            <Text value={form.payerNumber} onChange={(payerNumber) => put({ payerNumber })} />
          </Field>
          <Field label={t("correct.payerName")} {...at("from.name")}>
            <Text value={form.payerName} onChange={(payerName) => put({ payerName })} />
          </Field>
          <Field label={t("correct.payerBank")} {...at("from.bank_code")}>
            <BankSelect
              name="payments[0].from.bank_code"
              bank={form.payerBank ?? NO_BANK}
              number={form.payerNumber}
              onChange={(payerBank) => put({ payerBank: chosen(payerBank) })}
            />
          </Field>
        </div>
      )}
    </>
  );
}

function How(props: { value: string; onChange: (how: string) => void }) {
  const { t, code } = useWords();
  const id = useFieldId();
  const options = HOWS.map((how) => ({ value: how as string, label: code("how", how) }));
  return (
    <Select
      id={id}
      value={props.value}
      onChange={props.onChange}
      options={[{ value: "", label: t("correct.asItIs") }, ...options]}
    />
  );
}

function PersonFields({ form, put, problem }: Part) {
  const { t } = useWords();
  const at = (name: string) => ({ name: `people[0].${name}`, problem });
  return (
    <div className="grid2">
      <Field label={t("correct.name")} {...at("name")}>
        <Text value={form.name} onChange={(name) => put({ name })} />
      </Field>
      <Field label={t("correct.idNumber")} {...at("id_number")}>
        <Text value={form.idNumber} onChange={(idNumber) => put({ idNumber })} />
      </Field>
      <Field label={t("correct.phone")} {...at("phone")}>
        <Text value={form.phone} onChange={(phone) => put({ phone })} />
      </Field>
    </div>
  );
}
