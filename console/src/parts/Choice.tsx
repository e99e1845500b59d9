/** One of a few, all in sight: a row of buttons that stay pressed. */
import type { ReactNode } from "react";

export function Choice<T extends string>(props: {
  label: string;
  options: readonly T[];
  value: T;
  word: (option: T) => ReactNode;
  /** What an option means, for whoever rests on it. */
  hint?: (option: T) => string;
  onChange: (option: T) => void;
}) {
  return (
    <div className="choice" role="group" aria-label={props.label}>
      {props.options.map((o) => (
        <button
          type="button"
          key={o}
          data-choice={o}
          className={o === props.value ? "on" : ""}
          aria-pressed={o === props.value}
          title={props.hint?.(o)}
          onClick={() => props.onChange(o)}
        >
          {props.word(o)}
        </button>
      ))}
    </div>
  );
}
