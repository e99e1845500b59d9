/** A key or key pair as small caps of a keyboard. */
const SHOWN: Record<string, string> = {
  Space: "␣",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};

export function Keys(props: { keys: string }) {
  return (
    <span className="keys" aria-hidden="true">
      {props.keys.split(" ").map((step) => (
        <kbd key={step}>
          {step
            .split("+")
            .map((k) => SHOWN[k] ?? (k.length === 1 ? k.toUpperCase() : k))
            .join("+")}
        </kbd>
      ))}
    </span>
  );
}
