/** The fields of the intake form in speaking order, and the panels beside them. */

import { Link } from "@tanstack/react-router";
import { Button, Checkbox, Input, Select } from "antd";
import type { ReactNode } from "react";
import type { Problem } from "../../api/problem";
import type { Call, DuplicateItem } from "../../api/types";
import { AreaSelect } from "../../parts/DispatchDialog";
import { Field, useFieldId } from "../../parts/Field";
import { Money, Panel, Time } from "../../parts/shown";
import { useWords } from "../../words";
import {
  callerName,
  type IntakeForm,
  identityChecked,
  idFacts,
  put,
  putIdNumber,
  read,
  victimName,
  victimPhone,
} from "./form";
import { toldAt } from "./wire";

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
      onChange={(e) => props.onForm(typed(props, e.target.value))}
    />
  );
}

/** An identity number brings sex and age with it. */
function typed(props: FormPart & { path: string }, value: string): IntakeForm {
  const id = /^victims\[(\d+)\]\.id_number$/.exec(props.path);
  return id
    ? putIdNumber(props.form, Number(id[1]), value, toldAt(props.form, props.now_ms))
    : put(props.form, props.path, value);
}

function Choice(
  props: FormPart & {
    path: string;
    label: ReactNode;
    w: string;
    codes: readonly string[];
    words: string;
    remark?: string | null;
  },
) {
  return (
    <Field
      label={props.label}
      name={props.path}
      problem={props.problem}
      className={props.w}
      remark={props.remark ?? null}
    >
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

/** A sex was chosen that is not the one of the identity number. */
function contradicts(props: FormPart, i: number): boolean {
  const victim = props.form.victims[i];
  if (victim?.id_type !== "01" || victim.sex === "") return false;
  const facts = idFacts(victim.id_number, toldAt(props.form, props.now_ms));
  return facts !== null && facts.sex !== victim.sex;
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
            <Choice
              {...props}
              path={at("sex")}
              label={t("victim.sex")}
              w="w2"
              codes={SEXES}
              words="sex"
              remark={contradicts(props, i) ? t("victim.sexDiffers") : null}
            />
            <Text {...props} path={at("age")} label={t("victim.age")} w="w1" mono />
            <Text {...props} path={at("address")} label={t("victim.address")} w="w10" />
            <Field label={t("identity.title")} name={at("identity_checked")} problem={props.problem} className="w2">
              <Checkbox
                name={at("identity_checked")}
                checked={form.victims[i]?.identity_checked ?? false}
                disabled={!form.victims[i]?.id_number}
                onChange={(e) => props.onForm(identityChecked(form, i, e.target.checked))}
              >
                {t("identity.check")}
              </Checkbox>
            </Field>
          </div>
        );
      })}
    </>
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
