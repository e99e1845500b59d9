/**
 * The frame around every page: centre, tabs with counts, search, person, the server's clock, and the foot with
 * the keys that work now. Leaves out: anything about one page.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, Outlet, useNavigate } from "@tanstack/react-router";
import { Dropdown } from "antd";
import { useEffect, useState } from "react";
import { RIGHT } from "../access/access";
import type { Action } from "../actions/action";
import { CheatSheet, useVisibleActions } from "../actions/CheatSheet";
import { Keys } from "../actions/Keys";
import { keyboard, listen } from "../actions/keyboard";
import { useActions } from "../actions/useActions";
import { client, must } from "../api/client";
import { useCommand } from "../api/command";
import { useLink, useLiveUpdates } from "../api/events";
import type { Counts } from "../api/types";
import { civil, useNow } from "../clock/serverClock";
import { useSession } from "../session/session";
import { useWords, type WordKey } from "../words";
import { Account } from "./AccountDialog";
import { CallWatch } from "./CallWatch";
import { Search } from "./Search";

interface Tab {
  to: string;
  word: WordKey;
  keys: string;
  right?: string | string[];
  count?: keyof Counts;
}

const TABS: Tab[] = [
  { to: "/desk", word: "nav.desk", keys: "g d", right: RIGHT.reportRead, count: "desk" },
  { to: "/intake", word: "nav.intake", keys: "g i", right: RIGHT.reportCreate },
  { to: "/golden", word: "nav.golden", keys: "g g", right: RIGHT.reportRead },
  { to: "/orders", word: "nav.orders", keys: "g o", right: RIGHT.orderRead, count: "orders_open" },
  {
    to: "/approvals",
    word: "nav.approvals",
    keys: "g p",
    right: [RIGHT.orderApprove, RIGHT.orderConfirm, RIGHT.filingDecide],
    count: "approvals",
  },
  { to: "/cases", word: "nav.cases", keys: "g c", right: RIGHT.caseRead, count: "cases_due" },
  { to: "/statements", word: "nav.statements", keys: "g s", right: RIGHT.statementImport },
  { to: "/trace", word: "nav.trace", keys: "g t", right: RIGHT.flowTrace },
  { to: "/audit", word: "nav.audit", keys: "g l", right: RIGHT.auditRead },
  { to: "/admin", word: "nav.admin", keys: "g m", right: [RIGHT.userRead, RIGHT.settingRead, RIGHT.policySign] },
];

/** Where somebody begins: the first page of theirs. A page that is not theirs would be asked for, refused, and an entry of the log. */
export function FirstPage() {
  const { access } = useSession();
  const first = TABS.find((tab) => access.may(tab.right));
  return first ? <Navigate to={first.to} replace /> : null;
}

function Clock() {
  const now = useNow();
  const { t } = useWords();
  return (
    <span className="num" title={t("frame.serverClock")} data-testid="server-clock">
      {now === null ? "--:--:--" : civil(now).time}
    </span>
  );
}

function LiveMark() {
  const link = useLink();
  const { t } = useWords();
  return link === "lost" ? (
    <span className="lost" role="status">
      {t("frame.lost")}
    </span>
  ) : null;
}

function Tabs() {
  const { t } = useWords();
  const { access } = useSession();
  const counts = useQuery({ queryKey: ["counts"], queryFn: () => must(client.GET("/api/counts")), retry: false });
  return (
    <nav aria-label={t("frame.nav")}>
      {TABS.filter((tab) => access.may(tab.right)).map((tab) => {
        const count = tab.count ? counts.data?.[tab.count] : undefined;
        return (
          <Link key={tab.to} to={tab.to} activeProps={{ className: "on" }} title={tab.keys.toUpperCase()}>
            {t(tab.word)}
            {count ? <span className="count num">{count}</span> : null}
          </Link>
        );
      })}
    </nav>
  );
}

/** The foot shows the page's own keys first; the sheet holds all of them. */
function Foot() {
  const { t } = useWords();
  const actions = useVisibleActions()
    .filter(
      (a) =>
        a.when !== false &&
        a.group !== t("keys.go") &&
        a.group !== t("keys.everywhere") &&
        !a.keys?.startsWith("Arrow"),
    )
    .slice(0, 8);
  return (
    <footer className="foot">
      {actions.map((a) => (
        <span key={a.id}>
          <Keys keys={a.keys ?? ""} />
          {a.label}
        </span>
      ))}
      <span className="r">
        <Keys keys="?" />
        {t("keys.all")}
      </span>
    </footer>
  );
}

function useSignOut(): () => void {
  const out = useCommand<void, unknown>((_, key) =>
    must(client.DELETE("/api/session", { headers: { "Idempotency-Key": key } })),
  );
  // A full load empties every cache of the page: the next person starts from nothing.
  return () => void out.run(undefined).finally(() => window.location.assign("/"));
}

function Person(props: { onAccount: () => void; onOut: () => void }) {
  const { t, lang, setLang } = useWords();
  const { session } = useSession();
  const items = [
    { key: "lang", label: t("lang.other"), onClick: () => setLang(lang === "zh" ? "en" : "zh") },
    { key: "account", label: t("frame.account"), onClick: props.onAccount },
    {
      key: "out",
      label: t("frame.signOut"),
      onClick: props.onOut,
    },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <button type="button" data-testid="person">
        {session.seat ? `${t("frame.seat", { n: session.seat })} · ` : ""}
        {session.user.name}
      </button>
    </Dropdown>
  );
}

export function Frame() {
  const { t, lang, setLang } = useWords();
  const { session, access } = useSession();
  const navigate = useNavigate();
  const [searching, setSearching] = useState(false);
  const [account, setAccount] = useState(false);
  const out = useSignOut();
  useLiveUpdates();
  useEffect(() => listen(window), []);
  useEffect(() => {
    document.title = session.centre_name;
  }, [session.centre_name]);

  const find: Action = {
    id: "find",
    label: t("frame.find"),
    keys: "/",
    right: RIGHT.search,
    group: t("keys.everywhere"),
    run: () => setSearching(true),
  };
  const go: Action[] = TABS.map((tab) => ({
    id: `go${tab.to}`,
    label: t(tab.word),
    keys: tab.keys,
    right: tab.right,
    group: t("keys.go"),
    run: () => void navigate({ to: tab.to }),
  }));
  useActions(
    [
      find,
      ...go,
      {
        id: "new-report",
        label: t("frame.newReport"),
        keys: "n",
        right: RIGHT.reportCreate,
        group: t("keys.everywhere"),
        run: () => void navigate({ to: "/intake" }),
      },
      {
        id: "account",
        label: t("frame.account"),
        keys: "Alt+a",
        group: t("keys.everywhere"),
        run: () => setAccount(true),
      },
      {
        id: "sign-out",
        label: t("frame.signOut"),
        keys: "Alt+q",
        group: t("keys.everywhere"),
        run: out,
      },
      {
        id: "language",
        label: t("lang.other"),
        keys: "Alt+l",
        group: t("keys.everywhere"),
        run: () => setLang(lang === "zh" ? "en" : "zh"),
      },
    ],
    { level: 0 },
  );
  useEffect(() => keyboard.changed());

  return (
    <div className="frame">
      <header className="top">
        <b>{session.centre_name}</b>
        <Tabs />
        <div className="r">
          <LiveMark />
          {session.seat && access.may(RIGHT.reportCreate) ? <CallWatch seat={session.seat} /> : null}
          {session.demo ? (
            <span className="demo" title={t("frame.demoNote", { n: session.speed })}>
              {t("frame.demo", { n: session.speed })}
            </span>
          ) : null}
          {access.may(find.right) ? (
            <button type="button" className="find" onClick={find.run}>
              / {t("frame.find")}
            </button>
          ) : null}
          <Person onAccount={() => setAccount(true)} onOut={out} />
          <Clock />
        </div>
      </header>
      <main className="body">
        <Outlet />
      </main>
      <Foot />
      <CheatSheet />
      {searching ? <Search close={() => setSearching(false)} /> : null}
      {account ? <Account close={() => setAccount(false)} /> : null}
    </div>
  );
}
