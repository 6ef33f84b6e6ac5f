/** The frame around every signed-in page: sidebar of the role, top bar, and who may be here at all. */
import { Link, Navigate, Outlet, useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe, type Me } from "@/api/me";
import { useWaiting } from "@/api/waiting";
import { useTerm } from "@/labels";
import { live } from "@/live";
import { Icon } from "@/ui/Icon";
import { Empty, Failed, SkeletonRows } from "@/ui/states";
import { AccountMenu } from "./AccountMenu";
import { Brand } from "./Brand";
import { menuOf } from "./menus";
import { ChainPill, ConnPill } from "./Pills";
import { useLeave } from "./leave";
import { Preferences } from "./Preferences";
import { Watermark } from "./Watermark";

const COLLAPSED = "tanheng-collapsed";

export function AppShell() {
  const me = useMe();
  if (me.isPending) return <main className="main"><SkeletonRows rows={6} /></main>;
  if (me.error) return <main className="main"><Failed error={me.error} retry={() => void me.refetch()} /></main>;
  if (!me.data) return <ToLogin />;
  if (!me.data.second_factor) return <ToLogin step="enrol" />;
  if (!me.data.member) return <Waiting state={me.data.registration_state} />;
  return <Frame me={me.data} />;
}

/** To the sign-in page and back here. The address is taken once: it changes while the page is leaving. */
function ToLogin({ step }: { step?: string }) {
  const router = useRouter();
  const [next] = useState(() => router.state.location.href);
  return <Navigate to="/login" search={{ next, step }} />;
}

/** Signed in, but not admitted to an organisation yet, or no longer. */
function Waiting({ state }: { state: string }) {
  const { t } = useTranslation();
  const term = useTerm();
  const leave = useLeave();
  const ended = state === "active";
  return (
    <main className="visitor-main narrow" id="content">
      <Empty icon={ended ? "alert" : "clock"} title={t(ended ? "shell.ended" : "shell.notYet")}>
        {ended ? <p>{t("shell.endedText")}</p> : <p>{state ? term("RegistrationState", state) : t("shell.noOrganisation")}</p>}
        {ended ? <p>{t("shell.endedDo")}</p> : <p><Link to="/register/status">{t("register.seeStatus")}</Link></p>}
        <button type="button" className="button" onClick={() => void leave()}><Icon name="out" size={15} />{t("shell.signOut")}</button>
      </Empty>
    </main>
  );
}

function Frame({ me }: { me: Me }) {
  const { t } = useTranslation();
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(COLLAPSED) === "yes");
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  useEffect(() => live.restart(), []);
  useEffect(() => {
    setOpen(false);
    main.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [path]);
  const fold = () => {
    localStorage.setItem(COLLAPSED, collapsed ? "no" : "yes");
    setCollapsed(!collapsed);
  };
  return (
    <div className="shell" data-collapsed={collapsed} data-open={open}>
      <a href="#content" className="skip">{t("shell.skip")}</a>
      <Sidebar me={me} fold={fold} collapsed={collapsed} />
      <button type="button" className="veil" aria-label={t("ui.close")} onClick={() => setOpen(false)} />
      <div className="grow">
        <TopBar me={me} openMenu={() => setOpen(true)} />
        <main className="main" id="content" ref={main}>
          <Outlet />
        </main>
      </div>
      {me.kind === "regulator" ? <Watermark text={`${me.person.name} ${me.person.id}`} /> : null}
    </div>
  );
}

function Sidebar({ me, fold, collapsed }: { me: Me; fold: () => void; collapsed: boolean }) {
  const { t } = useTranslation();
  const waiting = useWaiting(me);
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <aside className="side">
      <Brand to="/" />
      <nav aria-label={t("shell.navigation")}>
        {menuOf(me).map((group) => (
          <div key={group.label}>
            <h2>{t(`menuGroup.${group.label}`)}</h2>
            {group.entries.map((entry) => (
              <Link key={entry.to} to={entry.to} title={collapsed ? t(`menu.${entry.label}`) : undefined} aria-current={entry.under?.some((one) => path.endsWith(one)) ? "page" : undefined} activeProps={{ "aria-current": "page" }}>
                <Icon name={entry.icon} />
                <span className="text">{t(`menu.${entry.label}`)}</span>
                {waiting[entry.label] ? <span className="count num">{waiting[entry.label]}</span> : null}
              </Link>
            ))}
          </div>
        ))}
      </nav>
      <button type="button" className="button plain fold" onClick={fold} aria-label={t(collapsed ? "shell.unfold" : "shell.fold")}>
        <Icon name={collapsed ? "chevron" : "fold"} />
      </button>
    </aside>
  );
}

function TopBar({ me, openMenu }: { me: Me; openMenu: () => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  return (
    <header className="top">
      <button type="button" className="button plain icon side-open" aria-label={t("shell.navigation")} onClick={openMenu}><Icon name="menu" /></button>
      <span className="who wide-only">{me.organisation}</span>
      <span className="pill outline wide-only">{term("Role", me.role)}</span>
      <span className="spacer wide-only" />
      <SearchBox />
      <ConnPill />
      <ChainPill />
      <Link to="/help" className="button plain icon wide-only" aria-label={t("guide.nav")} title={t("guide.nav")}><Icon name="info" /></Link>
      <span className="row tight wide-only"><Preferences /></span>
      <AccountMenu me={me} />
    </header>
  );
}

function SearchBox() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable]");
      const asked = (event.key === "/" && !typing) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
      if (!asked) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);
  return (
    <form className="search-box" role="search" onSubmit={(event) => {
      event.preventDefault();
      void navigate({ to: "/search", search: { q: input.current?.value.trim() ?? "" } });
    }}>
      <Icon name="search" size={16} />
      <input ref={input} type="search" aria-label={t("menu.search")} placeholder={t("shell.searchHint")} />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
