/** A short field that belongs to its label. */
import { Input } from "antd";
import { useFieldId } from "../../parts/Field";

export function Typed(props: {
  name: string;
  value: string;
  hint: string;
  set: (value: string) => void;
  max?: number;
  /** Words and no figures. */
  plain?: boolean;
  onEnter?: () => void;
}) {
  const id = useFieldId();
  return (
    <Input
      id={id}
      name={props.name}
      className={props.plain ? undefined : "num"}
      value={props.value}
      placeholder={props.hint}
      maxLength={props.max ?? 20}
      autoComplete="off"
      onChange={(e) => props.set(e.target.value)}
      onPressEnter={(e) => {
        if (!props.onEnter) return;
        e.preventDefault();
        props.onEnter();
      }}
    />
  );
}
