/** What a person does before the first work: choose a password, enrol a second factor. The server asks for both. */
import { Button } from "antd";
import { client, must } from "../../api/client";
import { useCommand } from "../../api/command";
import { Password, SecondFactor } from "../../app/AccountDialog";
import { useSession } from "../../session/session";
import { useWords } from "../../words";

export function BeforeWork() {
  const { t } = useWords();
  const { session } = useSession();
  const out = useCommand((_: undefined) => must(client.DELETE("/api/session")), { refresh: ["session"] });
  return (
    <div className="door">
      <div className="box dialog">
        <h1>{session.centre_name}</h1>
        <p>
          {session.user.name} · {t(session.must_change_password ? "door.mustChange" : "door.mustEnrol")}
        </p>
        {session.must_change_password ? <Password /> : <SecondFactor />}
        <div className="lang">
          <span>{t("door.private")}</span>
          <Button type="link" size="small" onClick={() => out.fire(undefined)}>
            {t("frame.signOut")}
          </Button>
        </div>
      </div>
    </div>
  );
}
