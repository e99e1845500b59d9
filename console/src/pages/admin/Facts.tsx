/** Organisations, and the settings the server runs with; those about people can be changed while it runs. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { Setting } from "../../api/types";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { Panel } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";

export function Orgs() {
  const { t, code } = useWords();
  const asked = useQuery({ queryKey: ["orgs"], queryFn: () => must(client.GET("/api/orgs")) });
  return (
    <Panel title={t("admin.orgs")} note={asked.data?.total ?? null} className="grow">
      <div className="scroll">
        <FourStates asked={asked} empty={(d) => d.items.length === 0} emptyText={t("admin.noOrgs")}>
          {(data) => (
            <table className="t">
              <thead>
                <tr>
                  <th>{t("admin.org")}</th>
                  <th>{t("admin.areaCode")}</th>
                  <th>{t("order.kind")}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((o) => (
                  <tr key={o.id}>
                    <td>{o.name}</td>
                    <td className="num">{o.area}</td>
                    <td>{code("orgKind", o.kind)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </FourStates>
      </div>
    </Panel>
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
