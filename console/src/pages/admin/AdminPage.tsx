/** 管理. Users, organisations, standing policies, settings with the store's durability. Each part needs its own right. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { RIGHT } from "../../access/access";
import { useSession } from "../../session/session";
import { useWords, type WordKey } from "../../words";
import { Orgs, Settings } from "./Facts";
import { Policies } from "./Policies";
import { Users } from "./Users";

const TABS: { key: string; word: WordKey; right: string; show: () => React.ReactNode }[] = [
  { key: "users", word: "admin.users", right: RIGHT.userRead, show: () => <Users /> },
  { key: "orgs", word: "admin.orgs", right: RIGHT.userRead, show: () => <Orgs /> },
  { key: "policies", word: "admin.policies", right: RIGHT.policyRead, show: () => <Policies /> },
  { key: "settings", word: "admin.settings", right: RIGHT.settingRead, show: () => <Settings /> },
];

export function AdminPage() {
  const { t } = useWords();
  const { access } = useSession();
  const { tab } = useSearch({ from: "/admin" });
  const navigate = useNavigate();
  const tabs = TABS.filter((x) => access.may(x.right));
  const current = tabs.find((x) => x.key === tab) ?? tabs[0];
  return (
    <div className="page">
      <div className="bar-row">
        <h1>{t("nav.admin")}</h1>
        <div className="filters">
          {tabs.map((x) => (
            <button
              type="button"
              key={x.key}
              className={x === current ? "on" : ""}
              onClick={() => void navigate({ to: "/admin", search: { tab: x.key } })}
            >
              {t(x.word)}
            </button>
          ))}
        </div>
      </div>
      {current ? current.show() : <div className="empty">{t("golden.noRight")}</div>}
    </div>
  );
}
