/** Addresses. They hold ids and filters only, never a name, a number or a narrative. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { asProblem } from "../api/problem";
import { Failed } from "../parts/FourStates";
import { FirstPage, Frame } from "./Frame";

// Each page is fetched when it is first needed; what is said at the door needs none of them.
const AccountPage = lazyRouteComponent(() => import("../pages/account/AccountPage"), "AccountPage");
const AdminPage = lazyRouteComponent(() => import("../pages/admin/AdminPage"), "AdminPage");
const ApprovalsPage = lazyRouteComponent(() => import("../pages/approvals/ApprovalsPage"), "ApprovalsPage");
const AuditPage = lazyRouteComponent(() => import("../pages/audit/AuditPage"), "AuditPage");
const CasePage = lazyRouteComponent(() => import("../pages/cases/CasePage"), "CasePage");
const CasesPage = lazyRouteComponent(() => import("../pages/cases/CasesPage"), "CasesPage");
const DeskPage = lazyRouteComponent(() => import("../pages/desk/DeskPage"), "DeskPage");
const FlowPage = lazyRouteComponent(() => import("../pages/flow/FlowPage"), "FlowPage");
const GoldenPage = lazyRouteComponent(() => import("../pages/golden/GoldenPage"), "GoldenPage");
const GoldenStart = lazyRouteComponent(() => import("../pages/golden/GoldenStart"), "GoldenStart");
const IntakePage = lazyRouteComponent(() => import("../pages/intake/IntakePage"), "IntakePage");
const OrdersPage = lazyRouteComponent(() => import("../pages/orders/OrdersPage"), "OrdersPage");
const StatementsPage = lazyRouteComponent(() => import("../pages/statements/StatementsPage"), "StatementsPage");
const TracePage = lazyRouteComponent(() => import("../pages/trace/TracePage"), "TracePage");
const PAGES = [
  AccountPage,
  AdminPage,
  ApprovalsPage,
  AuditPage,
  CasePage,
  CasesPage,
  DeskPage,
  FlowPage,
  GoldenPage,
  GoldenStart,
  IntakePage,
  OrdersPage,
  StatementsPage,
  TracePage,
];

type Raw = Record<string, unknown>;
const text = (raw: Raw, name: string): string | undefined => {
  const value = raw[name];
  // An address that somebody typed says depth=0, which is read as a number.
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
};
/** Reads the named filters from an address and drops everything else. */
function only<K extends string>(...names: K[]) {
  return (raw: Raw): { [N in K]?: string } => {
    const out: { [N in K]?: string } = {};
    for (const name of names) {
      const value = text(raw, name);
      if (value !== undefined) out[name] = value;
    }
    return out;
  };
}

const root = createRootRoute({ component: Frame });
const at = () => root;
const index = createRoute({
  getParentRoute: at,
  path: "/",
  component: FirstPage,
});
const desk = createRoute({
  getParentRoute: at,
  path: "/desk",
  component: DeskPage,
  validateSearch: only("state", "area", "category"),
});
const intake = createRoute({
  getParentRoute: at,
  path: "/intake",
  component: IntakePage,
  validateSearch: only("draft"),
});
const goldenStart = createRoute({ getParentRoute: at, path: "/golden", component: GoldenStart });
const golden = createRoute({ getParentRoute: at, path: "/golden/$id", component: GoldenPage });
const flow = createRoute({
  getParentRoute: at,
  path: "/golden/$id/flow",
  component: FlowPage,
  validateSearch: only("doctrine", "until", "look", "sel", "stops", "state", "victim", "sort"),
});
const orders = createRoute({
  getParentRoute: at,
  path: "/orders",
  component: OrdersPage,
  validateSearch: only("state", "kind", "open"),
});
const approvals = createRoute({ getParentRoute: at, path: "/approvals", component: ApprovalsPage });
const account = createRoute({ getParentRoute: at, path: "/accounts/$id", component: AccountPage });
const cases = createRoute({ getParentRoute: at, path: "/cases", component: CasesPage, validateSearch: only("state") });
const oneCase = createRoute({ getParentRoute: at, path: "/cases/$id", component: CasePage });
const statements = createRoute({
  getParentRoute: at,
  path: "/statements",
  component: StatementsPage,
  validateSearch: only("file"),
});
const trace = createRoute({
  getParentRoute: at,
  path: "/trace",
  component: TracePage,
  validateSearch: only("from", "account", "mode", "direction", "depth", "hours", "least"),
});
const audit = createRoute({
  getParentRoute: at,
  path: "/audit",
  component: AuditPage,
  validateSearch: only("actor", "action", "subject", "outcome", "from", "until"),
});
const admin = createRoute({ getParentRoute: at, path: "/admin", component: AdminPage, validateSearch: only("tab") });

const tree = root.addChildren([
  index,
  desk,
  intake,
  goldenStart,
  golden,
  flow,
  orders,
  approvals,
  account,
  cases,
  oneCase,
  statements,
  trace,
  audit,
  admin,
]);

/** A page whose code did not arrive says so, like data that did not arrive. */
function Broken(props: { error: unknown; reset: () => void }) {
  return <Failed problem={asProblem(props.error)} again={() => window.location.reload()} />;
}

/** Fetches the pages that are not needed yet, so that a lost connection takes none of them away. */
export function fetchPages(): void {
  for (const page of PAGES) void page.preload?.();
}

export const router = createRouter({ routeTree: tree, defaultErrorComponent: Broken });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
