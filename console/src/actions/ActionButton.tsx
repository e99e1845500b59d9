/** One action as a button, with its key beside it. Hidden without the right, disabled when it makes no sense now. */
import { Button, Tooltip } from "antd";
import { useSession } from "../session/session";
import { type Action, ready } from "./action";
import { Keys } from "./Keys";

export function ActionButton(props: {
  action: Action;
  size?: "small" | "middle" | "large";
  showKeys?: boolean;
  text?: string;
}) {
  const { access } = useSession();
  const { action } = props;
  if (!access.may(action.right)) return null;
  const button = (
    <Button
      data-action={action.id}
      size={props.size ?? "middle"}
      type={
        action.tone === "primary" || action.tone === "danger" ? "primary" : action.tone === "quiet" ? "text" : "default"
      }
      danger={action.tone === "danger"}
      loading={action.busy ?? false}
      disabled={!ready(action, access.may)}
      onClick={() => void action.run()}
    >
      {props.text ?? action.label}
      {props.showKeys !== false && action.keys ? <Keys keys={action.keys} /> : null}
    </Button>
  );
  return action.because && action.when === false ? <Tooltip title={action.because}>{button}</Tooltip> : button;
}
