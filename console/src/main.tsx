/** Starts the console: words, theme, queries, then the door or the frame. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider, Spin } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { asProblem } from "./api/problem";
import { nonce } from "./app/nonce";
import { fetchPages, router } from "./app/router";
import "./app/styles.css";
import { theme } from "./app/theme";
import { BeforeWork } from "./pages/sign-in/BeforeWork";
import { SignInPage } from "./pages/sign-in/SignInPage";
import { Failed } from "./parts/FourStates";
import { SessionProvider, useSessionState } from "./session/session";
import { useWords, WordsProvider } from "./words";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      retry: (count, failure) => asProblem(failure).retry && count < 2,
    },
    mutations: { retry: false },
  },
});

function Door() {
  const state = useSessionState();
  const present = state.state === "present";
  useEffect(() => {
    if (present) fetchPages();
  }, [present]);
  switch (state.state) {
    case "loading":
      return (
        <div className="door">
          <Spin />
        </div>
      );
    case "failed":
      return (
        <div className="door">
          <div className="box">
            <Failed problem={state.problem} again={state.again} />
          </div>
        </div>
      );
    case "absent":
      return <SignInPage />;
    case "present":
      // Until then the server answers nothing else.
      if (state.session.must_change_password || state.session.totp_needed) {
        return (
          <SessionProvider session={state.session}>
            <BeforeWork />
          </SessionProvider>
        );
      }
      return (
        <SessionProvider session={state.session}>
          <RouterProvider router={router} />
        </SessionProvider>
      );
  }
}

function Themed() {
  const { lang } = useWords();
  return (
    <ConfigProvider
      theme={theme}
      locale={lang === "zh" ? zhCN : enUS}
      csp={nonce ? { nonce } : undefined}
      button={{ autoInsertSpace: false }}
    >
      <AntApp component={false}>
        <Door />
      </AntApp>
    </ConfigProvider>
  );
}

const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <WordsProvider>
        <QueryClientProvider client={queries}>
          <Themed />
        </QueryClientProvider>
      </WordsProvider>
    </StrictMode>,
  );
}
