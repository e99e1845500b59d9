/** The fields of the intake form in speaking order, and the panels beside them. */

import { Link } from "@tanstack/react-router";
import { Button, Checkbox, Input, Select } from "antd";
import type { ReactNode } from "react";
import type { Problem } from "../../api/problem";
import type { Call, DuplicateItem } from "../../api/types";
import { AreaSelect } from "../../parts/DispatchDialog";
import { Field, useFieldId } from "../../parts/Field";
import { Money, Panel, Time } from "../../parts/shown";
import { useWords, type WordKey } from "../../words";
import {
  callerName,
  confirmNumber,
  fenFromYuan,
  type IntakeForm,
  isoFromTyped,
  noPayment,
  noVictim,
  put,
  read,
  typeNumber,
  victimName,
  victimPhone,
} from "./model";

export interface FormPart {
  form: IntakeForm;
  onForm: (next: IntakeForm) => void;
  problem: Problem | null;
  now_ms: number;
}

/** A text field of the form at a path; the path is the one the server's problems name. */
function Text(
  props: FormPart & {
    path: string;
    label: ReactNode;
    w: string;
    mono?: boolean;
    hint?: string;
    remark?: string | null;
    /** A stop cannot leave without it. */
    need?: boolean;
  },
) {
  const { t } = useWords();
  return (
    <Field
      label={
        props.need ? (
          <>
            {props.label}{" "}
            <span className="need" title={t("intake.needForStop")}>
              *
            </span>
          </>
        ) : (
          props.label
        )
      }
      name={props.path}
      problem={props.problem}
      className={props.w}
      remark={props.remark ?? null}
    >
      <Plain {...props} />
    </Field>
  );
}

function Plain(props: FormPart & { path: string; mono?: boolean; hint?: string }) {
  const id = useFieldId();
  const bad = props.problem?.problems.some((p) => p.field === props.path);
  return (
    <Input
      id={id}
      name={props.path}
      className={props.mono ? "num" : ""}
      status={bad ? "error" : ""}
      value={read(props.form, props.path)}
      placeholder={props.hint ?? ""}
      autoComplete="off"
      onChange={(e) =>
        props.onForm(
          /^payments.*\.number$/.test(props.path)
            ? typeNumber(props.form, props.path, e.target.value)
            : put(props.form, props.path, e.target.value),
        )
      }
    />
  );
}

function Choice(
  props: FormPart & { path: string; label: ReactNode; w: string; codes: readonly string[]; words: string },
) {
  return (
    <Field label={props.label} name={props.path} problem={props.problem} className={props.w}>
      <Choose {...props} />
    </Field>
  );
}

function Choose(props: FormPart & { path: string; codes: readonly string[]; words: string }) {
  const { t, code } = useWords();
  const id = useFieldId();
  const value = read(props.form, props.path);
  return (
    <Select
      id={id}
      showSearch={{ optionFilterProp: "label" }}
      value={value || undefined}
      placeholder={t("intake.choose")}
      status={props.problem?.problems.some((p) => p.field === props.path) ? "error" : ""}
      onChange={(v) => props.onForm(put(props.form, props.path, v))}
      options={props.codes.map((c) => ({ value: c, label: code(props.words, c) }))}
    />
  );
}

const CHANNELS = ["hotline96110", "alarm110", "walk_in", "bank", "transfer"] as const;
const RELATIONS = ["self", "spouse", "parent", "child", "friend", "colleague", "bank", "other"] as const;
const CATEGORIES = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13"] as const;
const ID_TYPES = ["01", "03", "07", "10", "11", "12", "99"] as const;
const SEXES = ["female", "male"] as const;
const PAY_CHANNELS = ["mobile_bank", "online_bank", "third_party", "counter", "atm", "other"] as const;

export function CallerFields(props: FormPart) {
  const { t } = useWords();
  return (
    <div className="fields">
      <Text {...props} path="caller.name" label={t("intake.callerName")} w="w3" hint={callerName(props.form)} />
      <Text {...props} path="caller.phone" label={t("intake.callerPhone")} w="w3" mono />
      <Choice
        {...props}
        path="caller.relation"
        label={t("intake.relation")}
        w="w2"
        codes={RELATIONS}
        words="relation"
      />
      <Choice {...props} path="channel" label={t("intake.channel")} w="w2" codes={CHANNELS} words="channel" />
      <Text {...props} path="line" label={t("intake.line")} w="w2" mono />
    </div>
  );
}

export function VictimFields(props: FormPart) {
  const { t } = useWords();
  const { form } = props;
  return (
    <>
      {form.victims.map((_, i) => {
        const at = (name: string) => `victims[${i}].${name}`;
        return (
          <div key={i} className="fields">
            <Text
              {...props}
              path={at("name")}
              label={t("victim.name")}
              w="w2"
              need
              hint={i === 0 ? victimName(form) : ""}
            />
            <Choice {...props} path={at("id_type")} label={t("victim.idType")} w="w2" codes={ID_TYPES} words="idType" />
            <Text {...props} path={at("id_number")} label={t("victim.idNumber")} w="w3" mono need />
            <Text
              {...props}
              path={at("phone")}
              label={t("victim.phone")}
              w="w2"
              mono
              hint={i === 0 ? victimPhone(form) : ""}
            />
            <Choice {...props} path={at("sex")} label={t("victim.sex")} w="w2" codes={SEXES} words="sex" />
            <Text {...props} path={at("age")} label={t("victim.age")} w="w1" mono />
            <Text {...props} path={at("address")} label={t("victim.address")} w="w12" />
          </div>
        );
      })}
    </>
  );
}

export const addVictim = (form: IntakeForm): IntakeForm => ({ ...form, victims: [...form.victims, noVictim()] });
export const addPayment = (form: IntakeForm): IntakeForm => ({ ...form, payments: [...form.payments, noPayment()] });

/** The payee of the row above, by a person's press. */
export function sameAsAbove(form: IntakeForm, row: number): IntakeForm {
  const above = form.payments[row - 1];
  if (!above) return form;
  return {
    ...form,
    payments: form.payments.map((p, i) =>
      i === row ? { ...p, to: { ...above.to }, from: { ...above.from }, channel: above.channel } : p,
    ),
  };
}

export function PaymentFields(props: FormPart) {
  const { t } = useWords();
  return (
    <>
      {props.form.payments.map((_, i) => (
        <PaymentRow key={i} {...props} row={i} />
      ))}
      <div className="row-head">
        <Button size="small" onClick={() => props.onForm(addPayment(props.form))}>
          + {t("intake.addPayment")}
        </Button>
      </div>
      <div className="row-head" />
    </>
  );
}

function PaymentRow(props: FormPart & { row: number }) {
  const { t } = useWords();
  const { form, row, onForm } = props;
  const at = (name: string) => `payments[${row}].${name}`;
  const payment = form.payments[row];
  const amount = payment?.amount ?? "";
  const time = payment?.paid_at ?? "";
  const remark = (bad: boolean, key: WordKey) => (bad ? t(key) : null);
  return (
    <div data-payment={row}>
      <div className="row-head">
        <b>{t("intake.paymentN", { n: row + 1 })}</b>
        <span className="r">
          {row > 0 ? (
            <button type="button" className="link" onClick={() => onForm(sameAsAbove(form, row))}>
              {t("intake.sameAsAbove")}
            </button>
          ) : null}{" "}
          {form.payments.length > 1 ? (
            <button
              type="button"
              className="link"
              onClick={() => onForm({ ...form, payments: form.payments.filter((_, i) => i !== row) })}
            >
              {t("do.remove")}
            </button>
          ) : null}
        </span>
      </div>
      {payment?.to.number_confirmed || props.problem?.problems.some((p) => p.field === at("to.number")) ? (
        <div className="row-head">
          <Checkbox
            name={at("to.number_confirmed")}
            checked={payment?.to.number_confirmed ?? false}
            onChange={(e) => onForm(confirmNumber(form, row, e.target.checked))}
          >
            {t("intake.numberConfirmed")}
          </Checkbox>
        </div>
      ) : null}
      <div className="fields">
        <Text
          {...props}
          path={at("paid_at")}
          label={t("pay.time")}
          w="w3"
          mono
          need
          hint={t("pay.timeHint")}
          remark={remark(time !== "" && isoFromTyped(time, props.now_ms) === null, "pay.timeBad")}
        />
        <Text
          {...props}
          path={at("amount")}
          label={t("pay.amountYuan")}
          w="w2"
          mono
          need
          remark={remark(amount !== "" && fenFromYuan(amount) === null, "pay.amountBad")}
        />
        <Text {...props} path={at("to.number")} label={t("pay.toNumber")} w="w4" mono need />
        <Text {...props} path={at("to.name")} label={t("pay.toName")} w="w3" need />
        <Text {...props} path={at("to.bank_name")} label={t("pay.toBank")} w="w3" />
        <Text {...props} path={at("from.number")} label={t("pay.fromNumber")} w="w3" mono need />
        <Text {...props} path={at("from.bank_name")} label={t("pay.fromBank")} w="w2" />
        <Choice
          {...props}
          path={at("channel")}
          label={t("pay.channel")}
          w="w2"
          codes={PAY_CHANNELS}
          words="payChannel"
        />
        <Text {...props} path={at("serial")} label={t("pay.serial")} w="w2" mono />
      </div>
    </div>
  );
}

export function OffenceFields(props: FormPart) {
  const { t } = useWords();
  return (
    <div className="fields">
      <Choice {...props} path="category" label={t("intake.category")} w="w6" codes={CATEGORIES} words="category" />
      <Field
        label={
          <>
            {t("intake.offenceArea")} <span className="need">*</span>
          </>
        }
        name="offence_area"
        problem={props.problem}
        className="w6"
      >
        <AreaSelect
          value={props.form.offence_area}
          onChange={(v) => props.onForm(put(props.form, "offence_area", v))}
        />
      </Field>
    </div>
  );
}

export function CallCard(props: { call: Call; taken: boolean; onTake: () => void }) {
  const { t } = useWords();
  const { call } = props;
  return (
    <div className="call" role="status">
      <b>{t("call.ringing", { n: call.line })}</b>
      <span className="num">{call.number}</span>
      <Time at={call.rang_at} />
      {call.earlier_reports.length > 0 ? (
        <span className="due">{t("call.earlier", { n: call.earlier_reports.length })}</span>
      ) : null}
      {props.taken ? null : (
        <Button size="small" type="primary" onClick={props.onTake}>
          {t("call.take")}
        </Button>
      )}
    </div>
  );
}

export function Duplicates(props: { items: DuplicateItem[]; title: ReactNode; empty: ReactNode }) {
  const { pick, code } = useWords();
  return (
    <Panel title={props.title} note={props.items.length || null}>
      {props.items.length === 0 ? <div className="pad dim">{props.empty}</div> : null}
      {props.items.map((d) => (
        <div key={d.report_id} className="dup">
          <Link to="/golden/$id" params={{ id: d.report_id }} target="_blank" className="num">
            {d.number}
          </Link>{" "}
          <Time at={d.reported_at} />
          <small>
            {pick(d, "why")} · {code("category", d.category)} · {d.area_name} · <Money amount={d.amount} />
          </small>
        </div>
      ))}
    </Panel>
  );
}
