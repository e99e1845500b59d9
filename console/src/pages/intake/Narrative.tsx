/**
 * The narrative with what was recognised marked in place, and the offers below it. The text is the person's; the
 * marks lie under it and never touch it.
 */
import { Dropdown } from "antd";
import { useEffect, useRef } from "react";
import { Keys } from "../../actions/Keys";
import type { Entity } from "../../api/types";
import { useWords } from "../../words";
import { pieceClass, pieces } from "../golden/model";
import { accept, entityKey, type IntakeForm, type Offer, setAside, valueFor } from "./model";

export function NarrativeField(props: { value: string; entities: Entity[]; onChange: (text: string) => void }) {
  const { t } = useWords();
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className="speak">
      <div className="under" aria-hidden="true">
        {pieces(props.value, props.entities).map((p, i) =>
          p.entity ? (
            <mark key={i} className={pieceClass(p.entity)}>
              {p.text}
            </mark>
          ) : (
            <span key={i}>{p.text}</span>
          ),
        )}
        {"\n"}
      </div>
      <textarea
        ref={box}
        name="narrative"
        aria-label={t("intake.narrative")}
        placeholder={t("intake.narrativeHint")}
        value={props.value}
        spellCheck={false}
        autoComplete="off"
        maxLength={20000}
        onChange={(e) => props.onChange(e.target.value)}
      />
    </div>
  );
}

/** The name of a field by its path, as the form labels it. */
export function usePlaceName(): (path: string | null) => string {
  const { t, code } = useWords();
  return (path) => {
    if (path === null) return t("intake.confirmOnly");
    const row = /^payments\[(\d+)\]/.exec(path);
    const word = code("place", path.replace(/\[\d+\]/, ""));
    return row ? t("intake.paymentField", { n: Number(row[1]) + 1, field: word }) : word;
  };
}

export function Offers(props: {
  form: IntakeForm;
  offers: Offer[];
  entities: Entity[];
  onForm: (next: IntakeForm) => void;
}) {
  const { t, code } = useWords();
  const name = usePlaceName();
  const taken = props.entities.filter((e) => props.form.settled[entityKey(e)]);
  if (props.entities.length === 0) return <div className="chips dim">{t("intake.nothingRecognised")}</div>;
  return (
    <div className="chips" data-testid="offers">
      <span className="dim">{t("intake.offers", { n: props.offers.length, m: taken.length })}</span>
      {props.offers.map((offer, i) => (
        <Dropdown
          key={offer.key}
          trigger={["contextMenu"]}
          menu={{
            items: [
              ...[offer.path, ...offer.others].map((path, n) => ({
                key: `p${n}`,
                label: t("intake.putInto", { field: name(path) }),
                onClick: () => props.onForm(accept(props.form, offer, path)),
              })),
              { key: "aside", label: t("intake.setAside"), onClick: () => props.onForm(setAside(props.form, offer)) },
            ],
          }}
        >
          <button
            type="button"
            tabIndex={-1}
            className={`chip ${i === 0 ? "next" : ""} ${offer.entity.check === "failed" ? "bad" : ""}`}
            onClick={() => props.onForm(accept(props.form, offer))}
            title={t("intake.offerHint")}
          >
            <small>{code("entity", offer.entity.kind)}</small>
            <span className="num">{valueFor(offer.entity)}</span>
            {offer.entity.bank ? <small>{offer.entity.bank.name}</small> : null}
            {offer.entity.approx ? <small>{t("intake.approx")}</small> : null}
            {offer.entity.check === "failed" ? <small className="red">{t("intake.checkFailed")}</small> : null}
            <small>→ {name(offer.path)}</small>
            {i === 0 ? <Keys keys="F2" /> : null}
          </button>
        </Dropdown>
      ))}
    </div>
  );
}
