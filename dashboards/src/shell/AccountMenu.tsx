import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { can, chooseOrganisation, type Me } from "@/api/me";
import { useTerm } from "@/labels";
import { live } from "@/live";
import type { Problem } from "@/lib/problem";
import { Icon } from "@/ui/Icon";
import { ErrorCard } from "@/ui/states";
import { useLeave } from "./leave";

export function AccountMenu({ me }: { me: Me }) {
  const { t } = useTranslation();
  const term = useTerm();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const leave = useLeave();
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", outside);
    };
  }, [open]);
  return (
    <div className="menu" ref={box}>
      <button type="button" className="button plain" aria-haspopup="true" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="people" />
        <span className="wide-only">{me.person.name}</span>
        <Icon name="down" size={14} label={t("shell.account")} />
      </button>
      {open ? (
        <div className="menu-list">
          <div className="head">
            <div className="strong">{me.person.name}</div>
            <div className="small muted wrap-anywhere">{me.person.email}</div>
            <div className="small muted">{me.organisation} · {term("Role", me.role)}</div>
          </div>
          {me.organisations.length > 1 ? <Organisations me={me} /> : null}
          {can(me, "manage_members") ? <Link to="/members" onClick={() => setOpen(false)}><Icon name="people" />{t("members.title")}</Link> : null}
          <Link to="/settings" onClick={() => setOpen(false)}><Icon name="key" />{t("menu.settings")}</Link>
          <button type="button" onClick={() => void leave()}><Icon name="out" />{t("shell.signOut")}</button>
        </div>
      ) : null}
    </div>
  );
}

/** The organisations of this sign-in; the page begins anew in the chosen one. */
function Organisations({ me }: { me: Me }) {
  const { t } = useTranslation();
  const term = useTerm();
  const [problem, setProblem] = useState<Problem | null>(null);
  const choose = async (account: string) => {
    live.stop();
    const answer = await chooseOrganisation(account);
    setProblem(answer.ok ? null : answer.error);
    live.restart();
  };
  return (
    <div role="group" aria-label={t("members.organisations")}>
      {me.organisations.map((row) => (
        <button key={row.account} type="button" aria-pressed={row.account === me.account} disabled={row.account === me.account} onClick={() => void choose(row.account)}>
          <Icon name={row.account === me.account ? "check" : "factory"} />
          <span className="grow">{row.name}<span className="small muted"> · {term("Role", row.role)}</span></span>
        </button>
      ))}
      {problem ? <ErrorCard problem={problem} /> : null}
    </div>
  );
}
