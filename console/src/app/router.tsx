/** Addresses. They hold ids and filters only, never a name, a number or a narrative. */
import { createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { AccountPage } from "../pages/account/AccountPage";
import { AdminPage } from "../pages/admin/AdminPage";
import { ApprovalsPage } from "../pages/approvals/ApprovalsPage";
import { AuditPage } from "../pages/audit/AuditPage";
import { CasePage } from "../pages/cases/CasePage";
import { CasesPage } from "../pages/cases/CasesPage";
import { DeskPage } from "../pages/desk/DeskPage";
import { GoldenPage } from "../pages/golden/GoldenPage";
import { GoldenStart } from "../pages/golden/GoldenStart";
import { IntakePage } from "../pages/intake/IntakePage";
import { OrdersPage } from "../pages/orders/OrdersPage";
import { Frame } from "./Frame";

type Raw = Record<string, unknown>;
const text = (raw: Raw, name: string): string | undefined => {
  const value = raw[name];
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
  beforeLoad: () => {
    throw redirect({ to: "/desk" });
  },
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
const audit = createRoute({
  getParentRoute: at,
  path: "/audit",
  component: AuditPage,
  validateSearch: only("action", "outcome"),
});
const admin = createRoute({ getParentRoute: at, path: "/admin", component: AdminPage, validateSearch: only("tab") });

const tree = root.addChildren([
  index,
  desk,
  intake,
  goldenStart,
  golden,
  orders,
  approvals,
  account,
  cases,
  oneCase,
  audit,
  admin,
]);

export const router = createRouter({ routeTree: tree });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
