/** A labelled field that shows the server's problems with it, at the field, in the person's language. */
import { createContext, type ReactNode, useContext, useId } from "react";
import type { Problem } from "../api/problem";
import { useWords } from "../words";

const Id = createContext<string | undefined>(undefined);
/** The id that ties a control to its label. */
export const useFieldId = (): string | undefined => useContext(Id);

export function Field(props: {
  label: ReactNode;
  children: ReactNode;
  /** The path of the field in the request body. */
  name?: string;
  problem?: Problem | null;
  className?: string;
  /** A remark of the console itself, shown like a problem. */
  remark?: string | null;
}) {
  const { pick } = useWords();
  const id = useId();
  const problems = props.name ? (props.problem?.problems ?? []).filter((p) => p.field === props.name) : [];
  return (
    <div className={`field ${props.className ?? ""}`} data-field={props.name}>
      <label htmlFor={id}>{props.label}</label>
      <Id value={id}>{props.children}</Id>
      {problems.map((p) => (
        <div key={p.code} className="err" role="alert">
          {pick(p, "detail")}
        </div>
      ))}
      {props.remark ? <div className="err">{props.remark}</div> : null}
    </div>
  );
}
