/** The door: first-run set-up, password, second factor. In the demo the ready people are listed. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
import { client, intent, must, setCsrf } from "../../api/client";
import { useCommand } from "../../api/command";
import type { Session, Setup, SignIn } from "../../api/types";
import { syncClock } from "../../clock/serverClock";
import { Field, useFieldId } from "../../parts/Field";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { useWords } from "../../words";
import { nextStep } from "./model";

export function SignInPage() {
  const { t, lang, setLang } = useWords();
  const setup = useQuery({ queryKey: ["setup"], queryFn: () => must(client.GET("/api/setup")) });
  return (
    <div className="door">
      <div className="box">
        <h1>{setup.data?.centre_name ?? t("door.title")}</h1>
        <FourStates asked={setup}>{(data) => (data.needed ? <FirstRun /> : <Enter setup={data} />)}</FourStates>
        <div className="lang">
          <span>{t("door.private")}</span>
          <button type="button" className="link" onClick={() => setLang(lang === "zh" ? "en" : "zh")}>
            {t("lang.other")}
          </button>
        </div>
      </div>
    </div>
  );
}

function Entry(props: {
  value: string;
  onChange: (text: string) => void;
  name: string;
  secret?: boolean;
  autoFocus?: boolean;
  complete: string;
}) {
  const id = useFieldId();
  const common = {
    id,
    name: props.name,
    value: props.value,
    autoFocus: props.autoFocus ?? false,
    autoComplete: props.complete,
    onChange: (e: { target: { value: string } }) => props.onChange(e.target.value),
  };
  return props.secret ? <Input.Password {...common} /> : <Input {...common} />;
}

function Shell(props: { onSubmit: () => void; children: ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit();
  };
  return <form onSubmit={submit}>{props.children}</form>;
}

function Enter(props: { setup: Setup }) {
  const { t, pick } = useWords();
  const queries = useQueryClient();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [totp, setTotp] = useState("");
  const enter = useCommand<SignIn, Session>(
    (body, key) => must(client.POST("/api/session", { body, ...intent(key) })),
    {
      onDone: (session) => {
        if (session.csrf) setCsrf(session.csrf);
        if (session.server_time) syncClock(session.server_time, session.speed);
        void queries.invalidateQueries({ queryKey: ["session"] });
      },
    },
  );
  const step = nextStep(enter.problem);
  const asksTotp = step === "totp" || totp !== "";
  const people = props.setup.demo ? (props.setup.demo_users ?? []) : [];
  return (
    <>
      <p>{props.setup.demo ? t("door.demo") : t("door.hint")}</p>
      {people.length > 0 ? (
        <div className="people">
          {people.map((p) => (
            <button
              type="button"
              key={p.login}
              data-login={p.login}
              onClick={() => enter.fire({ login: p.login, password: p.password })}
            >
              <b>{p.name}</b> {pick(p, "role")}
              <small className="num">{p.login}</small>
            </button>
          ))}
        </div>
      ) : null}
      <Shell onSubmit={() => enter.fire({ login, password, ...(totp ? { totp } : {}) })}>
        <Field label={t("door.login")} name="login" problem={enter.problem}>
          <Entry name="login" value={login} onChange={setLogin} autoFocus complete="username" />
        </Field>
        <Field label={t("door.password")} name="password" problem={enter.problem}>
          <Entry name="password" value={password} onChange={setPassword} secret complete="current-password" />
        </Field>
        {asksTotp ? (
          <Field label={t("door.totp")} name="totp" problem={enter.problem}>
            <Entry name="totp" value={totp} onChange={setTotp} autoFocus complete="one-time-code" />
          </Field>
        ) : null}
        {step === "totp" && totp === "" ? <p>{t("door.askTotp")}</p> : <ProblemNote problem={enter.problem} />}
        <Button type="primary" htmlType="submit" block loading={enter.busy}>
          {t("door.enter")}
        </Button>
      </Shell>
    </>
  );
}

/** No password is known beforehand: the token printed by the server makes the first administrator. */
function FirstRun() {
  const { t } = useWords();
  const queries = useQueryClient();
  const [form, setForm] = useState({ token: "", login: "", name: "", password: "" });
  const make = useCommand((_: undefined, key) => must(client.POST("/api/setup", { body: form, ...intent(key) })), {
    onDone: () => void queries.invalidateQueries({ queryKey: ["setup"] }),
  });
  const set = (name: keyof typeof form) => (text: string) => setForm({ ...form, [name]: text });
  return (
    <>
      <p>{t("door.firstRun")}</p>
      <Shell onSubmit={() => make.fire(undefined)}>
        <Field label={t("door.token")} name="token" problem={make.problem}>
          <Entry name="token" value={form.token} onChange={set("token")} autoFocus complete="off" />
        </Field>
        <Field label={t("admin.name")} name="name" problem={make.problem}>
          <Entry name="name" value={form.name} onChange={set("name")} complete="name" />
        </Field>
        <Field label={t("door.login")} name="login" problem={make.problem}>
          <Entry name="login" value={form.login} onChange={set("login")} complete="username" />
        </Field>
        <Field label={t("door.password")} name="password" problem={make.problem}>
          <Entry name="password" value={form.password} onChange={set("password")} secret complete="new-password" />
        </Field>
        <ProblemNote problem={make.problem} />
        <Button type="primary" htmlType="submit" block loading={make.busy}>
          {t("door.makeFirst")}
        </Button>
      </Shell>
    </>
  );
}
