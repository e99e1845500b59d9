/**
 * 可办事项: what a report may ask for on one account, or what may follow one order. Promise: every act the server knows is
 * shown; one that is impossible is greyed with the server's reason in words, also for a screen reader. Hook it in with one line.
 */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { RIGHT } from "../access/access";
import type { Action } from "../actions/action";
import { Keys } from "../actions/Keys";
import { useActions } from "../actions/useActions";
import { client, must } from "../api/client";
import type { ActShown, Acts, Uuid } from "../api/types";
import { useSession } from "../session/session";
import { useWords } from "../words";
import { Dialog } from "./Dialog";
import { FourStates } from "./FourStates";
import { FreezeDialog } from "./FreezeDialog";
import { OrderDialog } from "./OrderDialog";
import { Account, Time } from "./shown";

/** Keys of a page that lists acts. In the drawer of an order they lie above the page's own. */
export const ACT_KEYS: Record<string, string> = {
  stop: "s",
  stop_prolong: "l",
  stop_relieve: "r",
  freeze: "f",
  freeze_renew: "n",
  freeze_relieve: "u",
  query_transactions: "q",
  query_holder: "h",
  query_all_accounts: "a",
  watch: "w",
  watch_end: "z",
};

export function useActs(report: Uuid, account: Uuid, order?: Uuid) {
  return useQuery({
    queryKey: ["acts", report, account, order ?? ""],
    queryFn: () =>
      must(
        client.GET("/api/reports/{id}/acts", {
          params: { path: { id: report }, query: { account_id: account, ...(order ? { order_id: order } : {}) } },
        }),
      ),
  });
}

export function OrderActs(props: {
  report: Uuid;
  account: Uuid;
  /** Only what follows this order. */
  order?: Uuid;
  /** Inside a drawer or dialog: its keys lie above those it hides. */
  within?: boolean;
  onAsked?: () => void;
}) {
  const asked = useActs(props.report, props.account, props.order);
  return (
    <FourStates asked={asked} rows={4}>
      {(acts) => <List acts={acts} within={props.within ?? false} onAsked={props.onAsked} />}
    </FourStates>
  );
}

function List(props: { acts: Acts; within: boolean; onAsked: (() => void) | undefined }) {
  const { t, pick } = useWords();
  const { access } = useSession();
  const [open, setOpen] = useState<ActShown | null>(null);
  const { acts } = props;
  const actions: Action[] = acts.items.map((act) => ({
    id: `act-${act.kind}`,
    label: pick(act, "label"),
    keys: ACT_KEYS[act.kind],
    right: RIGHT.orderDraft,
    group: t("account.orders"),
    when: act.allowed,
    because: act.allowed ? undefined : pick(act, "reason"),
    run: () => setOpen(act),
  }));
  useActions(actions, { level: props.within ? 3 : 1, active: open === null });
  if (acts.items.length === 0) return <div className="pad dim">{t("order.noActs")}</div>;
  const close = () => setOpen(null);
  const done = () => {
    setOpen(null);
    props.onAsked?.();
  };
  return (
    <div data-testid="acts">
      {acts.items.map((act, i) => (
        <Line
          key={act.kind}
          act={act}
          action={actions[i] as Action}
          may={access.may(RIGHT.orderDraft)}
          term={
            act.until ? (
              <>
                {t("order.newEnd")} <Time at={act.until} full />
              </>
            ) : null
          }
        />
      ))}
      {open?.kind === "freeze" ? (
        <FreezeDialog report={acts.report_id} accounts={[acts.account_id]} close={close} done={done} />
      ) : null}
      {open && open.kind !== "freeze" ? <OrderDialog act={open} acts={acts} close={close} done={done} /> : null}
    </div>
  );
}

function Line(props: { act: ActShown; action: Action; may: boolean; term: ReactNode }) {
  const { t, pick } = useWords();
  const { act, action } = props;
  const reason = `act-reason-${act.kind}`;
  return (
    <div className={act.allowed ? "act" : "act off"} data-act={act.kind} data-allowed={act.allowed}>
      {act.allowed ? <Keys keys={action.keys ?? ""} /> : null}
      <div>
        <b>{action.label}</b>
        {act.allowed ? (
          props.term ? (
            <small>{props.term}</small>
          ) : null
        ) : (
          <small id={reason}>{pick(act, "reason")}</small>
        )}
      </div>
      {props.may ? (
        <button
          type="button"
          className="btn-next"
          data-action={action.id}
          disabled={!act.allowed}
          aria-describedby={act.allowed ? undefined : reason}
          onClick={() => void action.run()}
        >
          {t("account.ask")}
        </button>
      ) : null}
    </div>
  );
}

/** The acts of one account as a dialog, for pages whose own keys are taken. */
export function ActsDialog(props: { report: Uuid; account: Uuid; holder: string; tail: string; close: () => void }) {
  const { t } = useWords();
  return (
    <Dialog
      title={
        <>
          {t("account.orders")} <Account holder={props.holder} tail={props.tail} />
        </>
      }
      close={props.close}
      width={520}
    >
      <OrderActs report={props.report} account={props.account} within onAsked={props.close} />
    </Dialog>
  );
}
