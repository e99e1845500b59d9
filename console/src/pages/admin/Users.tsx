/** Users and their roles. The server refuses roles that one person may not hold together. */

import { useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { User, UserChange, Uuid } from "../../api/types";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/Field";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { Panel, Time, ToneTag } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";

const ROLES = [
  "call_taker",
  "order_officer",
  "approver",
  "duty_leader",
  "analyst",
  "county_officer",
  "supervisor",
  "system_admin",
  "security_admin",
  "auditor",
] as const;

const LEVELS = ["none", "duty", "county", "city"] as const;

export function Users() {
  const { t, code } = useWords();
  const asked = useQuery({ queryKey: ["users"], queryFn: () => must(client.GET("/api/users")) });
  const items = asked.data?.items ?? [];
  const cursor = useCursor(items.length);
  const current = items[cursor.at];
  const [edited, setEdited] = useState<User | "new" | null>(null);
  const add: Action = {
    id: "user-new",
    label: t("admin.newUser"),
    keys: "Alt+n",
    right: RIGHT.userManage,
    tone: "primary",
    run: () => setEdited("new"),
  };
  const edit: Action = {
    id: "user-edit",
    label: t("do.edit"),
    keys: "Enter",
    right: [RIGHT.userManage, RIGHT.roleGrant],
    when: current !== undefined,
    run: () => setEdited(current ?? null),
  };
  useActions([...cursor.actions, edit, add]);
  return (
    <>
      <Panel
        title={t("admin.users")}
        note={asked.data?.total ?? null}
        right={<ActionButton action={add} size="small" />}
        className="grow"
      >
        <div className="scroll">
          <FourStates asked={asked} empty={(d) => d.items.length === 0} emptyText={t("admin.noUsers")}>
            {(data) => (
              <table className="t">
                <thead>
                  <tr>
                    <th>{t("admin.name")}</th>
                    <th>{t("door.login")}</th>
                    <th>{t("admin.org")}</th>
                    <th>{t("admin.roles")}</th>
                    <th>{t("account.totp")}</th>
                    <th>{t("admin.lastSeen")}</th>
                    <th>{t("tree.state")}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.items.map((u, i) => (
                    <tr
                      key={u.id}
                      className={i === cursor.at ? "row cursor" : "row"}
                      onClick={() => cursor.set(i)}
                      onDoubleClick={() => setEdited(u)}
                    >
                      <td>{u.name}</td>
                      <td className="num">{u.login}</td>
                      <td>{u.org.name}</td>
                      <td className="wrap">{u.roles.map((r) => code("role", r)).join(" · ")}</td>
                      <td>{u.totp_enrolled ? t("admin.yes") : <span className="dim">{t("admin.no")}</span>}</td>
                      <td>
                        <Time at={u.last_seen_at} />
                      </td>
                      <td>
                        <ToneTag tone={u.locked_until ? "bad" : u.active ? "info" : "quiet"}>
                          {u.locked_until ? t("admin.locked") : u.active ? t("admin.active") : t("admin.inactive")}
                        </ToneTag>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </FourStates>
        </div>
      </Panel>
      {edited ? <UserDialog user={edited === "new" ? null : edited} close={() => setEdited(null)} /> : null}
    </>
  );
}

function UserDialog(props: { user: User | null; close: () => void }) {
  const { t, code } = useWords();
  const { user } = props;
  const orgs = useQuery({ queryKey: ["orgs"], queryFn: () => must(client.GET("/api/orgs")) });
  const [name, setName] = useState(user?.name ?? "");
  const [login, setLogin] = useState(user?.login ?? "");
  const [password, setPassword] = useState("");
  const [org, setOrg] = useState<Uuid | undefined>(user?.org.id);
  const { access } = useSession();
  // Facts are the system administrator's, roles and rank the security administrator's; each sees the other's part only.
  const facts = access.may(RIGHT.userManage);
  const grants = access.may(RIGHT.roleGrant);
  const [police, setPolice] = useState(user?.police_number ?? "");
  const [seat, setSeat] = useState(user?.seat ?? "");
  const [level, setLevel] = useState(user?.level ?? "none");
  const [roles, setRoles] = useState<string[]>(user?.roles ?? []);
  const done = { refresh: ["users"], onDone: props.close };
  const make = useCommand(
    (_: undefined, key) =>
      must(
        client.POST("/api/users", {
          body: { name, login, password, org_id: org ?? "", police_number: police, seat },
          ...intent(key),
        }),
      ),
    done,
  );
  const change = useCommand(
    (body: UserChange, key) =>
      must(client.PATCH("/api/users/{id}", { params: { path: { id: user?.id ?? "" } }, body, ...intent(key) })),
    done,
  );
  const problem = make.problem ?? change.problem;
  const save = () =>
    user
      ? change.fire({
          ...(facts ? { name, police_number: police, seat } : {}),
          ...(facts && org ? { org_id: org } : {}),
          ...(facts && password ? { password } : {}),
          ...(grants ? { roles, level } : {}),
        })
      : make.fire(undefined);
  return (
    <Dialog
      title={user ? user.name : t("admin.newUser")}
      close={props.close}
      width={480}
      actions={[{ id: "user-save", label: t("do.save"), keys: "Ctrl+Enter", run: save }]}
    >
      <Field label={t("admin.name")} name="name" problem={problem}>
        <Input autoFocus disabled={!facts} value={name} onChange={(e) => setName(e.target.value)} />
      </Field>
      {user ? null : (
        <Field label={t("door.login")} name="login" problem={problem}>
          <Input value={login} onChange={(e) => setLogin(e.target.value)} autoComplete="off" />
        </Field>
      )}
      {facts ? (
        <div className="pair">
          <Field label={t("admin.policeNumber")} name="police_number" problem={problem}>
            <Input className="num" value={police} onChange={(e) => setPolice(e.target.value)} />
          </Field>
          <Field label={t("admin.seat")} name="seat" problem={problem}>
            <Input className="num" value={seat} onChange={(e) => setSeat(e.target.value)} />
          </Field>
        </div>
      ) : null}
      {facts ? (
        <Field label={user ? t("admin.newPassword") : t("door.password")} name="password" problem={problem}>
          <Input.Password value={password} onChange={(e) => setPassword(e.target.value)} autoComplete="new-password" />
        </Field>
      ) : null}
      <Field label={t("admin.org")} name="org_id" problem={problem}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          disabled={!facts}
          value={org}
          onChange={setOrg}
          options={(orgs.data?.items ?? []).map((o) => ({ value: o.id, label: o.name }))}
        />
      </Field>
      <Field label={t("admin.roles")} name="roles" problem={problem}>
        <Select
          mode="multiple"
          disabled={!grants || user === null}
          value={roles}
          onChange={setRoles}
          options={ROLES.map((r) => ({ value: r, label: code("role", r) }))}
        />
      </Field>
      <Field label={t("admin.level")} name="level" problem={problem}>
        <Select
          disabled={!grants || user === null}
          value={level}
          onChange={setLevel}
          options={LEVELS.map((l) => ({ value: l, label: code("level", l) }))}
        />
      </Field>
      {user === null ? <p className="dim">{t("admin.rolesLater")}</p> : null}
      <ProblemNote problem={problem} />
      <div className="bar-row">
        <Button type="primary" loading={make.busy || change.busy} onClick={save}>
          {t("do.save")}
        </Button>
        {user && grants && user.totp_enrolled ? (
          <Button loading={change.busy} onClick={() => change.fire({ totp_reset: true })}>
            {t("admin.totpReset")}
          </Button>
        ) : null}
        {user && facts ? (
          <>
            <Button loading={change.busy} onClick={() => change.fire({ active: !user.active })}>
              {user.active ? t("admin.deactivate") : t("admin.activate")}
            </Button>
            {user.locked_until ? (
              <Button loading={change.busy} onClick={() => change.fire({ unlock: true })}>
                {t("admin.unlock")}
              </Button>
            ) : null}
          </>
        ) : null}
      </div>
    </Dialog>
  );
}
