/** Every route of the site. Pages are loaded when first visited; filters and tokens live in the address. */
import { QueryClient } from "@tanstack/react-query";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate, Outlet } from "@tanstack/react-router";
import { withTexts } from "@/i18n";
import { ProblemError } from "@/lib/problem";
import { useMe } from "@/api/me";
import { AppShell } from "@/shell/AppShell";
import { homeOf } from "@/shell/menus";
import { VisitorShell } from "@/shell/VisitorShell";
import { Failed, Missing, SkeletonRows } from "@/ui/states";

function Nowhere() {
  return <main className="visitor-main narrow" id="content"><Missing /></main>;
}

const root = createRootRoute({ component: Outlet, notFoundComponent: Nowhere });
const visitor = createRoute({ getParentRoute: () => root, id: "visitor", component: VisitorShell });
const app = createRoute({ getParentRoute: () => root, id: "app", component: AppShell });

const text = (value: unknown): string | undefined => (typeof value === "string" && value ? value : typeof value === "number" ? String(value) : undefined);

function open(path: string, load: () => Promise<{ Page: () => React.ReactNode }>) {
  return createRoute({
    getParentRoute: () => visitor, path, component: lazyRouteComponent(load, "Page"),
    validateSearch: (search: Record<string, unknown>) => ({ next: text(search["next"]), step: text(search["step"]), stream: text(search["stream"]), field: text(search["field"]), guideline: text(search["guideline"]), digest: text(search["digest"]), code: text(search["code"]) }),
  });
}

function page(path: string, load: () => Promise<{ Page: () => React.ReactNode }>) {
  return createRoute({
    getParentRoute: () => app, path, component: lazyRouteComponent(load, "Page"),
    validateSearch: (search: Record<string, unknown>) => ({ q: text(search["q"]), kind: text(search["kind"]), day: text(search["day"]), purpose: text(search["purpose"]), tab: text(search["tab"]), step: text(search["step"]), stream: text(search["stream"]), field: text(search["field"]) }),
  });
}

function Start() {
  const me = useMe();
  if (me.isPending) return <SkeletonRows />;
  return <Navigate to={me.data ? homeOf(me.data) : "/"} replace />;
}

const routes = root.addChildren([
  visitor.addChildren([
    open("/", () => import("@/pages/visitor/Home")),
    open("/verify", () => import("@/pages/visitor/Verify")),
    open("/try", () => import("@/pages/visitor/Trial")),
    open("/guide", () => import("@/pages/visitor/Guide")),
    open("/guide/$guideline", () => import("@/pages/visitor/GuideOf")),
    open("/login", () => import("@/pages/visitor/Login")),
    open("/invitation", () => import("@/pages/visitor/Invitation")),
    open("/register", () => import("@/pages/visitor/Register")),
    open("/register/status", () => import("@/pages/visitor/RegistrationStatus")),
  ]),
  app.addChildren([
    createRoute({ getParentRoute: () => app, path: "/start", component: Start }),
    page("/home", () => withTexts("watching", withTexts("verifying", import("@/pages/enterprise/Workbench")))),
    page("/live", () => withTexts("watching", import("@/pages/enterprise/Live"))),
    page("/day", () => withTexts("watching", import("@/pages/enterprise/PlantDay"))),
    page("/devices", () => withTexts("watching", import("@/pages/enterprise/Devices"))),
    page("/devices/$meter", () => withTexts("keeping", withTexts("watching", import("@/pages/enterprise/DeviceMeter")))),
    page("/accounting", () => import("@/pages/enterprise/Periods")),
    page("/accounting/$period", () => withTexts("verifying", import("@/pages/enterprise/Period"))),
    page("/model/$plant", () => import("@/pages/enterprise/Model")),
    page("/help", () => import("@/pages/enterprise/Help")),
    page("/help/$guideline", () => import("@/pages/enterprise/HelpOf")),
    page("/reports", () => import("@/pages/shared/Reports")),
    page("/reports/$report", () => import("@/pages/shared/Report")),
    page("/market", () => withTexts("keeping", import("@/pages/enterprise/Market"))),
    page("/assets", () => withTexts("keeping", import("@/pages/enterprise/Assets"))),
    page("/compliance", () => import("@/pages/enterprise/Compliance")),
    page("/queue", () => withTexts("keeping", withTexts("verifying", import("@/pages/auditor/Queue")))),
    page("/review/$case", () => withTexts("verifying", import("@/pages/auditor/Review"))),
    page("/review/$case/witnesses", () => withTexts("verifying", import("@/pages/auditor/Laws"))),
    page("/review/$case/known", () => withTexts("verifying", import("@/pages/auditor/KnownCase"))),
    page("/witnesses/$plant", () => withTexts("verifying", import("@/pages/enterprise/OwnLaws"))),
    page("/review/$case/recompute", () => withTexts("verifying", import("@/pages/auditor/Recompute"))),
    page("/oversight", () => import("@/pages/regulator/Wall")),
    page("/actions", () => withTexts("keeping", withTexts("verifying", import("@/pages/regulator/Actions")))),
    page("/enterprises", () => import("@/pages/regulator/Enterprises")),
    page("/enterprises/$account", () => withTexts("verifying", import("@/pages/regulator/Enterprise"))),
    page("/enterprises/$account/witnesses", () => withTexts("verifying", import("@/pages/regulator/EnterpriseLaws"))),
    page("/enterprises/$account/known/$plant/$period", () => withTexts("verifying", import("@/pages/regulator/KnownPeriod"))),
    page("/obligations", () => import("@/pages/regulator/Obligations")),
    page("/trace", () => withTexts("verifying", import("@/pages/regulator/Trace"))),
    page("/registrations", () => import("@/pages/administrator/Registrations")),
    page("/registrations/$registration", () => import("@/pages/administrator/Registration")),
    page("/people", () => withTexts("keeping", import("@/pages/administrator/People"))),
    page("/issuance", () => withTexts("keeping", import("@/pages/administrator/Issuance"))),
    page("/parameters", () => withTexts("keeping", import("@/pages/administrator/Parameters"))),
    page("/factors", () => withTexts("keeping", import("@/pages/administrator/Factors"))),
    page("/factors/$proposal", () => withTexts("keeping", import("@/pages/administrator/FactorProposal"))),
    page("/chain", () => import("@/pages/shared/Chain")),
    page("/outbox", () => import("@/pages/shared/Outbox")),
    page("/search", () => import("@/pages/shared/Search")),
    page("/members", () => import("@/pages/shared/Members")),
    page("/settings", () => withTexts("keeping", import("@/pages/shared/Settings"))),
  ]),
]);

const isAway = (error: Error) => !(error instanceof ProblemError) || error.problem.status === 0 || error.problem.status >= 502;

export const client = new QueryClient({
  defaultOptions: {
    // A plant's server may stand in its own net: what the browser thinks of the internet says nothing about it.
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      // A refusal stays one; only a lost connection or a broken server is asked again, at once and then until it answers.
      retry: (count, error) => count < 2 && isAway(error),
      refetchInterval: ({ state }) => (state.error && isAway(state.error) ? 10_000 : false),
    },
  },
});

export const router = createRouter({
  routeTree: routes,
  basepath: "/app",
  defaultPreload: "intent",
  defaultPendingMs: 150,
  defaultPendingComponent: () => <SkeletonRows rows={6} />,
  defaultErrorComponent: ({ error }) => <Failed error={error} />,
  defaultNotFoundComponent: Nowhere,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
