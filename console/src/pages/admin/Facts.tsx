/** What an administrator reads and does not change here: organisations and the settings the server runs with. */
import { useQuery } from "@tanstack/react-query";
import { client, must } from "../../api/client";
import { FourStates } from "../../parts/FourStates";
import { Panel } from "../../parts/shown";
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
              <table className="t">
                <tbody>
                  {g.items.map((s) => (
                    <tr key={s.key}>
                      <td className="num">{s.key}</td>
                      <td className="num">{s.value}</td>
                      <td className="wrap dim">{pick(s, "note")}</td>
                    </tr>
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
