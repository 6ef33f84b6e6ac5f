/** What guards the sign-in: authenticator app, passkeys, backup codes; added, removed, never the last one. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addPasskey, backupCodes, factors, passkeyAgain, passwordAgain, removeFactor, type Factor, type FactorFault } from "@/api/factors";
import { passkeysWork } from "@/lib/passkeys";
import type { Result } from "@/lib/result";
import { Card } from "@/ui/Card";
import { FactorFaultCard } from "@/ui/FactorFaultCard";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Answer, Notice } from "@/ui/states";
import { instantText } from "@/ui/time";

type Act = () => Promise<Result<unknown, FactorFault>>;

export function Factors() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ["factors"], queryFn: factors });
  const [fault, setFault] = useState<FactorFault | null>(null);
  const [waiting, setWaiting] = useState<Act | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (act: Act) => {
    setBusy(true);
    const answer = await act();
    setBusy(false);
    const again = !answer.ok && "again" in answer.error;
    setWaiting(again ? () => act : null);
    setFault(answer.ok || again ? null : answer.error);
    if (answer.ok) await Promise.all([client.invalidateQueries({ queryKey: ["factors"] }), client.invalidateQueries({ queryKey: ["me"] })]);
  };
  const show = (renew: boolean) => void run(async () => {
    const answer = await backupCodes(renew);
    if (answer.ok) setCodes(answer.value);
    return answer;
  });
  return (
    <Card title={t("factors.title")} note={t("factors.note")}>
      <div className="stack">
        <Answer query={query} rows={2}>
          {(rows) => <Rows rows={rows} busy={busy} onRemove={(row) => void run(() => removeFactor(row))} onShow={() => show(false)} onRenew={() => show(true)} />}
        </Answer>
        {codes ? <Codes codes={codes} /> : null}
        {fault ? <FactorFaultCard fault={fault} /> : null}
        {waiting ? <Again hasPasskey={query.data?.some((row) => row.type === "webauthn") ?? false} onProved={() => void run(waiting)} /> : null}
        {passkeysWork() ? <NewPasskey busy={busy} onAdd={(name) => void run(() => addPasskey(name))} /> : <p className="small muted">{t("factors.unsupported")}</p>}
      </div>
    </Card>
  );
}

function Rows({ rows, busy, onRemove, onShow, onRenew }: { rows: Factor[]; busy: boolean; onRemove: (row: Factor) => void; onShow: () => void; onRenew: () => void }) {
  const { t } = useTranslation();
  return (
    <ul className="stack tight">
      {rows.map((row) => (
        <li key={`${row.type}${row.id ?? ""}`} className="row apart">
          <span className="row">
            <Icon name={row.type === "webauthn" ? "key" : "shield"} />
            <span className="strong">{row.type === "webauthn" ? row.name || t("factors.webauthn") : t(`factors.${row.type}`)}</span>
            {row.type === "recovery_codes" ? <span className="small muted">{t("factors.left", { n: row.unused_code_count ?? 0 })}</span> : <Used row={row} />}
          </span>
          {row.type === "recovery_codes" ? (
            <span className="row tight">
              <button type="button" className="button small" disabled={busy} onClick={onShow}>{t("factors.show")}</button>
              <button type="button" className="button small" disabled={busy} onClick={onRenew}>{t("factors.renew")}</button>
            </span>
          ) : (
            <button type="button" className="button small danger" disabled={busy} onClick={() => onRemove(row)}>{t("factors.remove")}</button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Used({ row }: { row: Factor }) {
  const { t } = useTranslation();
  const at = row.last_used_at ?? row.created_at;
  return <span className="small muted">{t(row.last_used_at ? "factors.used" : "factors.made")} <span className="num">{instantText(new Date(at * 1000).toISOString())}</span></span>;
}

function NewPasskey({ busy, onAdd }: { busy: boolean; onAdd: (name: string) => void }) {
  const { t } = useTranslation();
  return (
    <form className="row" onSubmit={(event) => { event.preventDefault(); onAdd(String(new FormData(event.currentTarget).get("name")).trim()); event.currentTarget.reset(); }}>
      <div className="grow"><Field label={t("factors.name")} hint={t("factors.hint")}>{(ids) => <input {...ids} className="input" name="name" maxLength={60} required />}</Field></div>
      <button type="submit" className="button" style={{ alignSelf: "center" }} disabled={busy}><Icon name="plus" size={15} />{t("factors.add")}</button>
    </form>
  );
}

/** The server asks for presence again before a factor comes or goes. */
function Again({ hasPasskey, onProved }: { hasPasskey: boolean; onProved: () => void }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState<FactorFault | null>(null);
  const settle = (answer: Result<null, FactorFault>) => (answer.ok ? onProved() : setFault(answer.error));
  return (
    <form className="stack tight" onSubmit={(event) => { event.preventDefault(); void passwordAgain(String(new FormData(event.currentTarget).get("again"))).then(settle); }}>
      <Notice tone="warn" icon="shield">{t("factors.again")}</Notice>
      <div className="row">
        <Field label={t("login.password")}>{(ids) => <input {...ids} className="input" name="again" type="password" autoComplete="current-password" required autoFocus />}</Field>
        <button type="submit" className="button primary" style={{ alignSelf: "flex-end" }}>{t("factors.goOn")}</button>
        {hasPasskey ? <button type="button" className="button" style={{ alignSelf: "flex-end" }} onClick={() => void passkeyAgain().then(settle)}>{t("factors.withPasskey")}</button> : null}
      </div>
      {fault ? <FactorFaultCard fault={fault} /> : null}
    </form>
  );
}

function Codes({ codes }: { codes: string[] }) {
  const { t } = useTranslation();
  return (
    <Notice tone="warn" icon="key">
      <div>{t("factors.codesText")}</div>
      <ul className="mono row wide" data-testid="backup-codes">{codes.map((code) => <li key={code}>{code}</li>)}</ul>
    </Notice>
  );
}
