/**
 * The narrative with what was recognised marked in place, and the offers below it. The text is the person's; the
 * marks lie under it and never touch it.
 */
import { Dropdown } from "antd";
import { useEffect, useRef } from "react";
import { Keys } from "../../actions/Keys";
import type { Entity } from "../../api/types";
import { useAreas } from "../../parts/useAreas";
import { useWords } from "../../words";
import { pieceClass, pieces } from "../golden/model";
import type { IntakeForm } from "./form";
import { type Piece, setPieceAside, takePiece } from "./people";

export function NarrativeField(props: { value: string; entities: Entity[]; onChange: (text: string) => void }) {
  const { t } = useWords();
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className="speak-box">
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

/** People's data, the type and the place, each with the field it would go to. */
export function Offers(props: {
  form: IntakeForm;
  pieces: Piece[];
  told_ms: number;
  /** Nothing of a row waits, so F2 takes the first of these. */
  first: boolean;
  onForm: (next: IntakeForm) => void;
}) {
  const { t, code } = useWords();
  const name = usePlaceName();
  const word = usePieceWord();
  const { form, told_ms, onForm } = props;
  if (props.pieces.length === 0) return null;
  return (
    <div className="chips" data-testid="offers">
      {props.pieces.map((piece, i) => (
        <Dropdown
          key={piece.key}
          trigger={["contextMenu"]}
          menu={{
            items: [
              ...[...new Set([piece.path, ...piece.others])].map((path, n) => ({
                key: `p${n}`,
                label: t("intake.putInto", { field: name(path) }),
                onClick: () => onForm(takePiece(form, piece, told_ms, path)),
              })),
              { key: "aside", label: t("intake.setAside"), onClick: () => onForm(setPieceAside(form, piece)) },
            ],
          }}
        >
          <button
            type="button"
            tabIndex={-1}
            data-piece={piece.kind}
            className={`chip ${props.first && i === 0 ? "next" : ""} ${piece.entity?.check === "failed" ? "bad" : ""}`}
            onClick={() => onForm(takePiece(form, piece, told_ms))}
            title={t("intake.offerHint")}
          >
            <small>{code("entity", piece.kind) || name(piece.path)}</small>
            <span className="num">{word(piece)}</span>
            {piece.entity?.check === "failed" ? <small className="red">{t("intake.checkFailed")}</small> : null}
            <small>→ {name(piece.path)}</small>
            {i === 0 ? <Keys keys={props.first ? "F2" : "Alt+2"} /> : null}
          </button>
        </Dropdown>
      ))}
    </div>
  );
}

/** A code as people say it. */
function usePieceWord(): (piece: Piece) => string {
  const { code } = useWords();
  const areas = useAreas();
  return (piece) => {
    if (piece.kind === "category") return code("category", piece.value);
    if (piece.kind === "area") return areas.find((a) => a.value === piece.value)?.label ?? piece.value;
    return piece.value;
  };
}
