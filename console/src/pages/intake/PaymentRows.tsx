/**
 * Payments, one line each, and below them the rows that the narrative still proposes, in the same columns: what a key would
 * take stands where it would stand. Doubts are words at the row; what was filled last is lit and scrolled into view.
 */
import { Checkbox, Input, Select } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { Keys } from "../../actions/Keys";
import { BankSelect } from "../../parts/BankSelect";
import { Dialog } from "../../parts/Dialog";
import { Field, useFieldId } from "../../parts/Field";
import { Money } from "../../parts/shown";
import { fenFromYuan, isDayOnly, isoFromTyped, timeAsTyped, yuanFromFen } from "../../parts/typed";
import { useWords } from "../../words";
import {
  addPayment,
  chooseHow,
  confirmNumber,
  HOWS,
  type IntakeForm,
  type PaymentForm,
  put,
  read,
  removePayment,
  sameAsAbove,
  tailOf,
  typeNumber,
  withoutAccount,
} from "./form";
import type { FormPart } from "./parts";
import {
  bankDiffers,
  doubtsOf,
  isApprox,
  nameIsBank,
  nextRow,
  type Proposal,
  payeeTail,
  type Sums,
  setRowAside,
  sumConfirmed,
  type Taken,
  takePiece,
  takeRow,
} from "./rows";
import { toldAt } from "./wire";

export interface RowsPart extends FormPart {
  proposals: Proposal[];
  sums: Sums;
  /** The row that was filled last, and how often something was filled: the same row twice is lit twice. */
  lit: { row: number; times: number } | null;
  onTaken: (taken: Taken) => void;
}

export function PaymentRows(props: RowsPart) {
  const { t } = useWords();
  const first = nextRow(props.proposals);
  return (
    <div className="paylist" data-testid="payments">
      <Head />
      {props.form.payments.map((payment, i) => (
        <PaymentLine key={i} {...props} payment={payment} row={i} />
      ))}
      {props.proposals.map((p) => (
        <ProposalLine key={`${p.kind}${p.anchor[0]}`} {...props} proposal={p} next={p === first} />
      ))}
      <div className="payfoot">
        <button type="button" className="link" onClick={() => props.onForm(addPayment(props.form))}>
          + {t("intake.addPayment")}
        </button>
        {props.form.aside.length > 0 ? (
          <button type="button" className="link" onClick={() => props.onForm({ ...props.form, aside: [] })}>
            {t("row.restore", { n: props.form.aside.length })}
          </button>
        ) : null}
        <SumLine {...props} />
      </div>
    </div>
  );
}

function Head() {
  const { t } = useWords();
  const need = <span className="need">*</span>;
  return (
    <div className="payline payhead" aria-hidden="true">
      <span />
      <span>
        {t("pay.time")} {need}
      </span>
      <span>
        {t("pay.amountYuan")} {need}
      </span>
      <span>
        {t("pay.toNumber")} {need}
      </span>
      <span>
        {t("pay.toName")} {need}
      </span>
      <span>
        {t("pay.toBank")} {need}
      </span>
      <span>{t("pay.fromNumber")}</span>
      <span />
    </div>
  );
}

// ── one payment ───────────────────────────────────────────────────────────────────────────────

interface LinePart extends RowsPart {
  payment: PaymentForm;
  row: number;
}

function PaymentLine(props: LinePart) {
  const { row, lit } = props;
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const isLit = lit?.row === row;
  const [open, setOpen] = useState(false);
  // No number names the bank of a tail; one that the directory does not have would be refused.
  const { from } = props.payment;
  const bankToChoose = tailOf(from.number) !== "" && from.bank_name !== "" && from.bank_code === "";
  useEffect(() => {
    if (bankToChoose) setOpen(true);
  }, [bankToChoose]);
  const below = props.problem?.problems.some((p) => p.field.startsWith(`payments[${row}].`) && MORE.test(p.field));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that something was filled
  useEffect(() => {
    if (!isLit) return;
    box.current?.scrollIntoView({ block: "nearest" });
    box.current?.classList.remove("lit");
    // Reading the width starts the light again although the class was there a moment ago.
    void box.current?.offsetWidth;
    box.current?.classList.add("lit");
  }, [isLit, lit?.times]);
  return (
    <div ref={box} className="payrow" data-payment={row}>
      <div className="payline">
        <span className="num dim" title={t("intake.paymentN", { n: row + 1 })}>
          {row + 1}
        </span>
        <TimeCell {...props} />
        <AmountCell {...props} />
        <TextCell {...props} path="to.number" label={t("pay.toNumber")} mono />
        <TextCell {...props} path="to.name" label={t("pay.toName")} />
        <BankCell {...props} side="to" label={t("pay.toBank")} />
        <TextCell {...props} path="from.number" label={t("pay.fromNumber")} mono />
        <button
          type="button"
          className="link"
          aria-expanded={open || below}
          aria-label={t("pay.more")}
          title={t("pay.more")}
          onClick={() => setOpen(!open)}
        >
          {open || below ? "▴" : "▾"}
        </button>
      </div>
      <LineNotes {...props} />
      {open || below ? <More {...props} /> : null}
    </div>
  );
}

/** Fields that are behind the arrow; a problem of theirs opens it. */
const MORE = /\.(from\.(bank_name|name)|how|channel|serial|victim_index)$/;

function Cell(props: LinePart & { path: string; label: string; remark?: string | null; children: ReactNode }) {
  const name = `payments[${props.row}].${props.path}`;
  const changed = props.payment.told?.changed.includes(props.path) ? " changed" : "";
  return (
    <Field
      label={props.label}
      name={name}
      problem={props.problem}
      className={`cell${changed}`}
      // Said once: the server's word for it when it has refused the form, else ours.
      remark={props.problem?.problems.some((p) => p.field === name) ? null : (props.remark ?? null)}
    >
      {props.children}
    </Field>
  );
}

function Entry(props: FormPart & { path: string; mono?: boolean; hint?: string; title?: string; warn?: boolean }) {
  const id = useFieldId();
  const bad = props.problem?.problems.some((p) => p.field === props.path);
  const change = (value: string) => (/\.number$/.test(props.path) ? typeNumber : put)(props.form, props.path, value);
  return (
    <Input
      id={id}
      name={props.path}
      size="small"
      className={props.mono ? "num" : ""}
      status={bad ? "error" : props.warn ? "warning" : ""}
      value={read(props.form, props.path)}
      placeholder={props.hint ?? ""}
      title={props.title ?? ""}
      autoComplete="off"
      onChange={(e) => props.onForm(change(e.target.value))}
    />
  );
}

const FIELD_OF_DOUBT: Record<string, string> = {
  payee_unsure: "to.number",
  payer_unsure: "from.number",
  time_unsure: "paid_at",
  amount_unsure: "amount",
};
const doubted = (payment: PaymentForm, path: string) => doubtsOf(payment).some((d) => FIELD_OF_DOUBT[d] === path);

function TextCell(props: LinePart & { path: string; label: string; mono?: boolean }) {
  return (
    <Cell {...props}>
      <Entry
        {...props}
        path={`payments[${props.row}].${props.path}`}
        mono={props.mono ?? false}
        warn={doubted(props.payment, props.path) || (props.path === "to.number" && payeeTail(props.payment) !== "")}
      />
    </Cell>
  );
}

function TimeCell(props: LinePart) {
  const { t } = useWords();
  const typed = props.payment.paid_at;
  const iso = isoFromTyped(typed, props.now_ms, toldAt(props.form, props.now_ms));
  const bad = typed !== "" && iso === null;
  return (
    <Cell
      {...props}
      path="paid_at"
      label={t("pay.time")}
      remark={bad ? t(isDayOnly(typed) ? "pay.timeDayOnly" : "pay.timeBad") : null}
    >
      <Entry
        {...props}
        path={`payments[${props.row}].paid_at`}
        mono
        hint={t("pay.timeHint")}
        title={iso ? timeAsTyped(iso) : ""}
        warn={doubted(props.payment, "paid_at")}
      />
      {iso && timeAsTyped(iso, props.now_ms) !== typed && !timeAsTyped(iso, props.now_ms).startsWith(typed) ? (
        <small className="num dim read-as">= {timeAsTyped(iso, props.now_ms)}</small>
      ) : null}
    </Cell>
  );
}

function AmountCell(props: LinePart) {
  const { t } = useWords();
  const { amount } = props.payment;
  const bad = amount !== "" && fenFromYuan(amount) === null;
  return (
    <Cell {...props} path="amount" label={t("pay.amountYuan")} remark={bad ? t("pay.amountBad") : null}>
      <Entry
        {...props}
        path={`payments[${props.row}].amount`}
        mono
        warn={doubted(props.payment, "amount") || isApprox(props.payment)}
      />
    </Cell>
  );
}

function BankCell(props: LinePart & { side: "to" | "from"; label: string }) {
  const { side, row, form } = props;
  const end = props.payment[side];
  const path = `payments[${row}].${side}`;
  const bad = props.problem?.problems.some((p) => p.field === `${path}.bank_name`) ?? false;
  return (
    <Cell {...props} path={`${side}.bank_name`}>
      <BankSelect
        name={`${path}.bank_name`}
        bank={{ code: end.bank_code, name: end.bank_name }}
        number={end.number}
        bad={bad}
        onChange={(b) => props.onForm(put(put(form, `${path}.bank_code`, b.code), `${path}.bank_name`, b.name))}
      />
    </Cell>
  );
}

/** Doubts and what else must be seen before a stop goes out, in words, under the row. */
function LineNotes(props: LinePart) {
  const { t, code } = useWords();
  const { payment, row, form } = props;
  const { told } = payment;
  // Where the rows have been mended until they give the sum that was told, that doubt is settled.
  const agrees = props.sums.stated !== null && !props.sums.differs && !props.sums.incomplete;
  const doubts = doubtsOf(payment).filter((d) => d !== "sum_differs" || !agrees);
  const notes: ReactNode[] = doubts.map((d) => <span key={d}>{code("doubt", d)}</span>);
  if (isApprox(payment)) notes.push(<span key="approx">{t("row.approx")}</span>);
  const tail = payeeTail(payment);
  if (payment.how !== "transfer") notes.push(<b key="how">{code("how", payment.how)}</b>);
  if (tail) notes.push(<span key="tail">{t("row.payeeTail", { n: tail })}</span>);
  else if (withoutAccount(payment)) {
    notes.push(
      <span key="none">
        {t(payment.payee_unknown ? "row.payeeUnknown" : "row.noAccount")} <Keys keys="Alt+h" />
      </span>,
    );
  }
  if (nameIsBank(payment)) notes.push(<span key="name">{t("row.nameIsBank")}</span>);
  if (bankDiffers(payment))
    notes.push(<span key="bank">{t("row.bankDiffers", { name: told?.bankDiffers ?? "" })}</span>);
  if (told?.lost) notes.push(<span key="lost">{t("row.lost")}</span>);
  if (told?.changed.length) notes.push(<span key="changed">{t("row.changed")}</span>);
  // Only a number that fails its check digit can be confirmed as heard; other problems of the field stay problems.
  const failed = props.problem?.problems.some(
    (p) => p.field === `payments[${row}].to.number` && p.code === "card_check_failed",
  );
  const odd = payment.to.number_confirmed || failed === true;
  if (notes.length === 0 && !odd) return null;
  return (
    <div className="paynotes" data-testid={`notes-${row}`}>
      {notes}
      {odd ? (
        <Checkbox
          name={`payments[${row}].to.number_confirmed`}
          checked={payment.to.number_confirmed}
          onChange={(e) => props.onForm(confirmNumber(form, row, e.target.checked))}
        >
          {t("intake.numberConfirmed")}
        </Checkbox>
      ) : null}
    </div>
  );
}

const UNKNOWN = "unknown";

/** The way of paying by its number: `Alt+H`, then one key. */
export function HowDialog(props: { form: IntakeForm; row: number; onForm: FormPart["onForm"]; close: () => void }) {
  const { t, code } = useWords();
  const { form, row } = props;
  const choose = (how: string, unknown = false) => {
    props.onForm(chooseHow(form, row, how, unknown));
    props.close();
  };
  const actions: Action[] = [
    ...HOWS.map((how, i) => ({
      id: `how-${how}`,
      label: code("how", how),
      keys: String(i + 1),
      whileTyping: true,
      run: () => choose(how),
    })),
    {
      id: "how-unknown",
      label: t("row.howUnknown"),
      keys: String(HOWS.length + 1),
      whileTyping: true,
      run: () => choose("transfer", true),
    },
  ];
  return (
    <Dialog title={t("row.howOf", { n: row + 1 })} close={props.close} width={320} actions={actions} focus="button">
      <p className="dim">{t("row.howNote")}</p>
      {actions.map((action) => (
        <div key={action.id}>
          <ActionButton action={action} size="small" />
        </div>
      ))}
    </Dialog>
  );
}

const PAY_CHANNELS = ["", "mobile_bank", "online_bank", "third_party", "counter", "atm", "other"] as const;

function More(props: LinePart) {
  const { t, code } = useWords();
  const { form, row, onForm } = props;
  const at = (name: string) => `payments[${row}].${name}`;
  return (
    <div className="paymore">
      <BankCell {...props} side="from" label={t("pay.fromBank")} />
      <Field label={t("pay.how")} name={at("how")} problem={props.problem} className="cell">
        <Select
          size="small"
          value={props.payment.payee_unknown ? UNKNOWN : props.payment.how}
          onChange={(v) => onForm(chooseHow(form, row, v === UNKNOWN ? "transfer" : v, v === UNKNOWN))}
          options={[
            ...HOWS.map((h) => ({ value: h as string, label: code("how", h) })),
            { value: UNKNOWN, label: t("row.howUnknown") },
          ]}
        />
      </Field>
      <Field label={t("pay.channel")} name={at("channel")} problem={props.problem} className="cell">
        <Select
          size="small"
          value={props.payment.channel}
          onChange={(v) => onForm(put(form, at("channel"), v))}
          options={PAY_CHANNELS.map((c) => ({
            value: c,
            label: c === "" ? t("pay.channel.untold") : code("payChannel", c),
          }))}
        />
      </Field>
      <TextCell {...props} path="serial" label={t("pay.serial")} mono />
      {form.victims.length > 1 ? <VictimCell {...props} /> : null}
      <span className="r">
        {row > 0 ? (
          <button type="button" className="link" onClick={() => onForm(sameAsAbove(form, row))}>
            {t("intake.sameAsAbove")}
          </button>
        ) : null}{" "}
        <button type="button" className="link" onClick={() => onForm(removePayment(form, row))}>
          {t("do.remove")}
        </button>
      </span>
    </div>
  );
}

/** Which of several victims paid. */
function VictimCell(props: LinePart) {
  const { t } = useWords();
  const { form, row } = props;
  const change = (victim_index: number): IntakeForm => ({
    ...form,
    payments: form.payments.map((p, i) => (i === row ? { ...p, victim_index } : p)),
  });
  return (
    <Field label={t("pay.victim")} name={`payments[${row}].victim_index`} problem={props.problem} className="cell">
      <Select
        size="small"
        value={props.payment.victim_index}
        onChange={(v) => props.onForm(change(v))}
        options={form.victims.map((v, i) => ({ value: i, label: v.name || t("intake.victimN", { n: i + 1 }) }))}
      />
    </Field>
  );
}

// ── one proposal ──────────────────────────────────────────────────────────────────────────────

function ProposalLine(props: RowsPart & { proposal: Proposal; next: boolean }) {
  const { t, code } = useWords();
  const { proposal: p, form } = props;
  const box = useRef<HTMLDivElement>(null);
  const { next } = props;
  const times = props.lit?.times ?? 0;
  // What F2 would take next must be in sight as well, when there is room for both.
  useEffect(() => {
    if (next && times > 0) box.current?.scrollIntoView({ block: "nearest" });
  }, [next, times]);
  const piece = (path: string) => {
    const value = p.values[path];
    if (value === undefined || !p.pieces.includes(path)) return <span className="dim">{value ? "✓" : "—"}</span>;
    return (
      <button
        type="button"
        tabIndex={-1}
        className="piece"
        title={t("row.takePiece")}
        onClick={() => props.onTaken(takePiece(form, p, path))}
      >
        {value}
      </button>
    );
  };
  const kind = p.kind === "payment" ? "" : code("rowKind", p.kind);
  return (
    <div
      ref={box}
      className={`payrow ghost ${p.kind} ${next ? "next" : ""}`}
      data-proposal={p.kind}
      data-next={next || undefined}
    >
      <div className="payline num">
        <span>{kind ? <b className="kind">{kind}</b> : next ? <Keys keys="F2" /> : "+"}</span>
        {piece("paid_at")}
        <span>
          {p.row.approx ? <small>{t("intake.approx")}</small> : null}
          {piece("amount")}
        </span>
        {p.kind === "payment" ? (
          <>
            {piece("to.number")}
            {piece("to.name")}
            {piece("to.bank_name")}
            {piece("from.number")}
          </>
        ) : (
          <span className="wide dim">
            {t(p.kind === "received" ? "row.receivedNote" : "row.plannedNote")}
            <span className="r">
              <button type="button" className="link" onClick={() => props.onTaken(takeRow(form, p))}>
                {t("row.asPayment")}
              </button>
              <button type="button" className="link" onClick={() => props.onForm(setRowAside(form, p))}>
                {t("intake.setAside")}
              </button>
            </span>
          </span>
        )}
        {p.kind === "payment" ? <span /> : null}
      </div>
      {p.kind === "payment" ? <ProposalNotes {...props} /> : null}
    </div>
  );
}

/** Doubts of a proposed payment, and its keys. */
function ProposalNotes(props: RowsPart & { proposal: Proposal; next: boolean }) {
  const { t, code } = useWords();
  const { proposal: p, form, next } = props;
  const tail = !p.row.to?.account && p.row.to?.tail;
  const handed = !tail && !p.row.to?.account && p.row.how !== "transfer";
  const notes = p.row.doubt.length > 0 || tail || (p.row.how && p.row.how !== "transfer");
  if (!next && !notes) return null;
  return (
    <div className="paynotes">
      {p.row.doubt.map((d) => (
        <span key={d}>{code("doubt", d)}</span>
      ))}
      {tail ? <span>{t("row.payeeTail", { n: tail })}</span> : null}
      {p.row.how && p.row.how !== "transfer" ? <b>{code("how", p.row.how)}</b> : null}
      {handed ? <span>{t("row.noAccount")}</span> : null}
      {next ? (
        <span className="r">
          <span>
            <Keys keys="Shift+F2" /> {t("row.onePiece")}
          </span>
          <button type="button" tabIndex={-1} className="link" onClick={() => props.onTaken(takeRow(form, p))}>
            {t("row.take")}
          </button>
          <button type="button" tabIndex={-1} className="link" onClick={() => props.onForm(setRowAside(form, p))}>
            <Keys keys="F4" /> {t("intake.setAside")}
          </button>
        </span>
      ) : null}
    </div>
  );
}

// ── the sum ───────────────────────────────────────────────────────────────────────────────────

function SumLine(props: RowsPart) {
  const { t } = useWords();
  const { sums: s, form } = props;
  const yuan = (fen: number) => yuanFromFen(String(fen));
  const problem = props.problem?.problems.find((p) => p.field === "sum_confirmed");
  const waits = s.differs && !sumConfirmed(form, s);
  return (
    <span className={`sums ${waits ? "differs" : ""}`} data-field="sum_confirmed" data-testid="sums">
      {t("sum.rows")} <Money amount={yuan(s.rows)} strong /> {t("sum.count", { n: s.count })}
      {s.stated ? (
        <>
          {" · "}
          {t("sum.stated")} {s.stated.approx ? t("intake.approx") : ""} <Money amount={yuan(s.stated.fen)} strong />
        </>
      ) : null}
      {s.received > 0 ? (
        <>
          {" · "}
          {t("sum.received")} <Money amount={yuan(s.received)} />
        </>
      ) : null}
      {s.differs ? (
        <Checkbox
          name="sum_confirmed"
          checked={sumConfirmed(form, s)}
          onChange={(e) => props.onForm({ ...form, sumConfirmed: e.target.checked ? s.seen : "" })}
        >
          <b>{t("sum.differs")}</b> {t("sum.confirm")}
        </Checkbox>
      ) : null}
      {problem && !s.differs ? <span className="red">{t("sum.differs")}</span> : null}
    </span>
  );
}
