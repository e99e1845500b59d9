/** One's own account: password and second factor. */

import { Button, Input } from "antd";
import { useState } from "react";
import { client, intent, must, setCsrf } from "../api/client";
import { useCommand } from "../api/command";
import type { Session } from "../api/types";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Field";
import { ProblemNote } from "../parts/FourStates";
import { useSession } from "../session/session";
import { useWords } from "../words";

/** Changing it ends all other sessions of the person; this one goes on under a new secret. */
export function Password(props: { done?: () => void }) {
  const { t } = useWords();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const change = useCommand<void, Session>(
    (_, key) => must(client.POST("/api/session/password", { body: { old, new: next }, ...intent(key) })),
    {
      refresh: ["session"],
      onDone: (session) => {
        setCsrf(session.csrf);
        props.done?.();
      },
    },
  );
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        change.fire();
      }}
    >
      <h4>{t("account.password")}</h4>
      <Field label={t("account.old")} problem={change.problem} name="old">
        <Input.Password value={old} onChange={(e) => setOld(e.target.value)} autoComplete="current-password" />
      </Field>
      <Field label={t("account.new")} problem={change.problem} name="new">
        <Input.Password value={next} onChange={(e) => setNext(e.target.value)} autoComplete="new-password" />
      </Field>
      <ProblemNote problem={change.problem} />
      <Button htmlType="submit" loading={change.busy} disabled={!old || !next}>
        {t("account.change")}
      </Button>
    </form>
  );
}

export function SecondFactor() {
  const { t } = useWords();
  const { session } = useSession();
  const [code, setCode] = useState("");
  const [done, setDone] = useState(session.user.totp_enrolled ?? false);
  const enrol = useCommand<void, { secret: string; otpauth_uri: string }>((_, key) =>
    must(client.POST("/api/session/totp/enrol", intent(key))),
  );
  const [secret, setSecret] = useState<string | null>(null);
  const confirm = useCommand<void, unknown>(
    (_, key) => must(client.POST("/api/session/totp/confirm", { body: { code }, ...intent(key) })),
    {
      refresh: ["session"],
      onDone: () => {
        setDone(true);
        setSecret(null);
      },
    },
  );
  return (
    <div>
      <h4>{t("account.totp")}</h4>
      {done && !secret ? <p className="ok">{t("account.totpOn")}</p> : null}
      {secret === null ? (
        <Button
          loading={enrol.busy}
          onClick={() =>
            void enrol.run().then(
              (r) => setSecret(r.secret),
              () => undefined,
            )
          }
        >
          {t("account.totpStart")}
        </Button>
      ) : (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            confirm.fire();
          }}
        >
          <p>{t("account.totpScan")}</p>
          <p className="num qr">{secret}</p>
          <Field label={t("door.totp")} problem={confirm.problem} name="code">
            <Input
              value={code}
              onChange={(e) => setCode(e.target.value)}
              inputMode="numeric"
              autoComplete="one-time-code"
            />
          </Field>
          <Button htmlType="submit" loading={confirm.busy}>
            {t("do.confirm")}
          </Button>
        </form>
      )}
      <ProblemNote problem={enrol.problem ?? confirm.problem} />
    </div>
  );
}

export function Account(props: { close: () => void }) {
  const { t, code } = useWords();
  const { session } = useSession();
  return (
    <Dialog title={t("frame.account")} close={props.close} width={440}>
      <dl className="kv">
        <dt>{t("admin.name")}</dt>
        <dd>{session.user.name}</dd>
        <dt>{t("admin.org")}</dt>
        <dd>{session.user.org.name}</dd>
        <dt>{t("admin.roles")}</dt>
        <dd>{session.user.roles.map((r) => code("role", r)).join(" · ")}</dd>
      </dl>
      <Password done={props.close} />
      <SecondFactor />
    </Dialog>
  );
}
