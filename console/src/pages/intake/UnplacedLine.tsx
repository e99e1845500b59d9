/** The accounts that are left over, and a person's word that the payees were checked. */
import { Checkbox } from "antd";
import { useWords } from "../../words";
import { type Unplaced, unplacedSeen } from "./unplaced";

export function UnplacedLine(props: { left: Unplaced[]; seen: string; onSeen: (seen: string) => void }) {
  const { t } = useWords();
  const { left, seen, onSeen } = props;
  if (left.length === 0) return null;
  const now = unplacedSeen(left);
  return (
    <div className="unplaced" role="status" data-field="unplaced_confirmed" data-testid="unplaced">
      <b className="red">{t("unplaced.title")}</b>{" "}
      {left.map((one) => (
        <span key={one.number} className="num">
          {one.bank} {one.number}
        </span>
      ))}
      <Checkbox name="unplaced_confirmed" checked={seen === now} onChange={(e) => onSeen(e.target.checked ? now : "")}>
        {t("unplaced.confirm")}
      </Checkbox>
    </div>
  );
}
