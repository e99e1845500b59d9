/** Organisations, and the settings the server runs with; those about people can be changed while it runs. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { Org, Setting } from "../../api/types";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/Field";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { Panel } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords, type WordKey } from "../../words";

export function Orgs() {
  const { t, code } = useWords();
  const asked = useQuery({ queryKey: ["orgs"], queryFn: () => must(client.GET("/api/orgs")) });
  const items = asked.data?.items ?? [];
  const cursor = useCursor(items.length);
  const current = items[cursor.at];
  const [edited, setEdited] = useState<Org | null>(null);
  const edit: Action = {
    id: "org-edit",
    label: t("admin.orgPaper"),
    keys: "Enter",
    right: RIGHT.settingChange,
    when: current !== undefined && current.kind !== "station",
    run: () => setEdited(current ?? null),
  };
  useActions([...cursor.actions, edit]);
  return (
    <Panel
      title={t("admin.orgs")}
      note={asked.data?.total ?? null}
      right={<ActionButton action={edit} size="small" />}
      className="grow"
    >
      <div className="scroll">
        <FourStates asked={asked} empty={(d) => d.items.length === 0} emptyText={t("admin.noOrgs")}>
          {(data) => (
            <table className="t">
              <thead>
                <tr>
                  <th>{t("admin.org")}</th>
                  <th>{t("admin.areaCode")}</th>
                  <th>{t("order.kind")}</th>
                  <th>{t("admin.numberAgency")}</th>
                  <th>{t("admin.orgPhone")}</th>
                  <th>{t("admin.supervisionPhone")}</th>
                  <th>{t("admin.progressChannel")}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((o, i) => (
                  <tr
                    key={o.id}
                    className={i === cursor.at ? "row cursor" : "row"}
                    onClick={() => cursor.set(i)}
                    onDoubleClick={edit.run}
                  >
                    <td>{o.name}</td>
                    <td className="num">{o.area}</td>
                    <td>{code("orgKind", o.kind)}</td>
                    <td>{wordOf(o)}</td>
                    <td className="num">{o.paper.phone}</td>
                    <td className="num">{o.paper.supervision_phone}</td>
                    <td>{o.paper.progress_channel}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </FourStates>
      </div>
      {edited ? <OrgPaper key={edited.id} org={edited} close={() => setEdited(null)} /> : null}
    </Panel>
  );
}

const wordOf = (o: Org) =>
  o.paper.number_unit ? `${o.paper.number_agency}（${o.paper.number_unit}）` : o.paper.number_agency;

/** What stands on the papers of an organ; papers that are issued already stay as they are. */
function OrgPaper(props: { org: Org; close: () => void }) {
  const { t } = useWords();
  const [paper, setPaper] = useState(props.org.paper);
  const save = useCommand(
    (_: undefined, key) =>
      must(client.PUT("/api/orgs/{id}/paper", { params: { path: { id: props.org.id } }, body: paper, ...intent(key) })),
    { refresh: ["orgs"], onDone: props.close },
  );
  const line = (name: keyof Org["paper"], word: WordKey) => (
    <Field label={t(word)} name={name} problem={save.problem} className="w12">
      <Input value={paper[name]} maxLength={100} onChange={(e) => setPaper({ ...paper, [name]: e.target.value })} />
    </Field>
  );
  const store: Action = {
    id: "org-save",
    label: t("do.save"),
    keys: "Ctrl+Enter",
    tone: "primary",
    busy: save.busy,
    run: () => save.fire(undefined),
  };
  return (
    <Dialog title={`${props.org.name} · ${t("admin.orgPaper")}`} close={props.close} actions={[store]}>
      <div className="fields">
        {line("number_agency", "admin.numberAgency")}
        {line("number_unit", "admin.numberUnit")}
        {line("phone", "admin.orgPhone")}
        {line("supervision_phone", "admin.supervisionPhone")}
        {line("progress_channel", "admin.progressChannel")}
      </div>
      <ProblemNote problem={save.problem} />
      <ActionButton action={store} />
    </Dialog>
  );
}

export function Settings() {
  const { t, pick } = useWords();
  const asked = useQuery({ queryKey: ["settings"], queryFn: () => must(client.GET("/api/settings")) });
  return (
    <div className="stack">
      <FourStates asked={asked} empty={(d) => d.groups.length === 0} emptyText={t("admin.noSettings")}>
        {(data) =>
          data.groups.map((g) => (
            <Panel key={g.key} title={pick(g, "label")}>
              <table className="t fixed">
                <tbody>
                  {g.items.map((s) => (
                    <SettingLine key={s.key} setting={s} />
                  ))}
                </tbody>
              </table>
            </Panel>
          ))
        }
      </FourStates>
    </div>
  );
}

function SettingLine(props: { setting: Setting }) {
  const { t, pick } = useWords();
  const { access } = useSession();
  const { setting } = props;
  const [edited, setEdited] = useState<string | null>(null);
  const change = useCommand(
    (value: string, key) =>
      must(
        client.PUT("/api/settings/{key}", { params: { path: { key: setting.key } }, body: { value }, ...intent(key) }),
      ),
    { refresh: ["settings"], onDone: () => setEdited(null) },
  );
  const may = setting.changeable && access.may(RIGHT.settingChange);
  return (
    <tr>
      <td className="wrap">
        {pick(setting, "note") || setting.key}
        <span className="sub num">{setting.key}</span>
        {setting.default != null ? (
          <span className="sub">
            {t("admin.default")} <span className="num">{setting.default || "—"}</span>
          </span>
        ) : null}
        {pick(setting, "source") ? <span className="sub">{pick(setting, "source")}</span> : null}
      </td>
      <td className="num">
        {edited === null ? (
          setting.value
        ) : (
          <form
            className="bar-row"
            onSubmit={(e) => {
              e.preventDefault();
              change.fire(edited);
            }}
          >
            <Input
              autoFocus
              size="small"
              style={{ width: 220 }}
              aria-label={pick(setting, "note")}
              value={edited}
              onChange={(e) => setEdited(e.target.value)}
            />
            <Button size="small" type="primary" htmlType="submit" loading={change.busy}>
              {t("do.save")}
            </Button>
          </form>
        )}
        <ProblemNote problem={change.problem} />
      </td>
      <td className="n">
        {may && edited === null ? (
          <Button size="small" onClick={() => setEdited(setting.value)}>
            {t("do.edit")}
          </Button>
        ) : null}
        {setting.changeable ? null : <span className="dim">{t("admin.inFile")}</span>}
      </td>
    </tr>
  );
}
