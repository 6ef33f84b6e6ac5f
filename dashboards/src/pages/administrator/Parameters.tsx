/** The ledger's parameters: the values in force, new ones proposed by an administrator, confirmed by a regulator. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { proposalOf, proposeAct } from "@/api/acts";
import { parametersNow, type Standing } from "@/api/keeping";
import { can, useMyself } from "@/api/me";
import { enterprises } from "@/api/oversight";
import type { Canonical } from "@/lib/canonical";
import { useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Coin, Tonnes } from "@/ui/Num";
import { Segments } from "@/ui/Segments";
import { Answer, Forbidden } from "@/ui/states";
import { Instant } from "@/ui/time";
import { TwoStepActs } from "../shared/TwoStepActs";
import { ParameterChanges } from "./ParameterChanges";
import { fieldsOf, GROUPS, type Group } from "./parameterFields";
import "@/pages/enterprise/market.css";

const ALL = [...GROUPS, "supply", "carry_over"] as const;
type Any = (typeof ALL)[number];
type Values = { [key: string]: Canonical };

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["parameters"], queryFn: parametersNow, enabled: can(me, "oversee") });
  const [group, setGroup] = useState<Any>("market");
  const [signing, setSigning] = useState<Signing | null>(null);
  const term = useTerm();
  if (!can(me, "oversee")) return <Forbidden />;
  const propose = (values: Values) => setSigning({
    title: t("parameters.proposeTitle", { group: t(`parameters.groups.${group}`) }),
    statement: t("parameters.statement"),
    facts: [
      { label: t("parameters.changes"), value: <ParameterChanges group={group} values={values} /> },
      { label: t("acts.second"), value: <>{t("acts.secondNote", { role: term("Role", "regulator") })} {t("acts.atOnce")}</> },
    ],
    intents: async () => [proposalOf("set_parameters", { group, values })],
    send: ([signed]) => proposeAct(signed!, ""),
  });
  const may = me.kind === "administrator";
  return (
    <>
      <PageHead title={t("parameters.title")} sub={t(may ? "parameters.sub" : "parameters.subRead")}><Link to="/factors" className="button">{t("factorSets.title")}</Link></PageHead>
      <div className="stack">
        <div><Segments label={t("parameters.group")} value={group} onChange={setGroup} options={ALL.map((each) => ({ value: each, label: t(`parameters.groups.${each}`) }))} /></div>
        <Answer query={query} rows={6}>
          {(standing) => {
            if (group === "supply") return <Supplies standing={standing} onPropose={may ? propose : null} />;
            if (group === "carry_over") return <CarryOver standing={standing} onPropose={may ? propose : null} />;
            return <Values key={`${group}${standing.groups.find((row) => row.group === group)?.tx_id ?? ""}`} group={group} standing={standing} onPropose={may ? propose : null} />;
          }}
        </Answer>
        <TwoStepActs title={t("actions.twoStep")} empty={t("actions.none")} only="set_parameters" />
      </div>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}

type Propose = ((values: Values) => void) | null;

function Values({ group, standing, onPropose }: { group: Group; standing: Standing; onPropose: Propose }) {
  const { t } = useTranslation();
  const now = standing.groups.find((row) => row.group === group);
  const before = now?.values ?? {};
  const fields = fieldsOf(group);
  const [texts, setTexts] = useState<Record<string, string>>(() => Object.fromEntries(fields.map(([name, kind]) => [name, kind.text((before[name] ?? null) as never)])));
  const [tried, setTried] = useState(false);
  const read = fields.map(([name, kind]) => [name, kind.value((texts[name] ?? "").trim())] as const);
  const bad = new Set(read.filter(([, value]) => value === undefined).map(([name]) => name));
  const changed = fields.some(([name, kind]) => (texts[name] ?? "") !== kind.text((before[name] ?? null) as never));
  const submit = () => {
    setTried(true);
    if (bad.size > 0 || !onPropose) return;
    onPropose(Object.fromEntries(read.filter(([, value]) => value !== null)) as Values);
  };
  return (
    <Card title={t(`parameters.groups.${group}`)} note={now ? <>{t("parameters.since")} <Instant at={now.at} /> <Hash value={now.tx_id} /></> : null}>
      <form className="stack" aria-label={t(`parameters.groups.${group}`)} onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <div className="form-grid">
          {fields.map(([name, kind]) => (
            <Field key={name} label={t(`parameters.fields.${name as "band"}`)} hint={t(`parameters.effects.${name as "lot_t"}`, { defaultValue: "" })} fault={tried && bad.has(name) ? t("parameters.fault") : null}>
              {(ids) => kind.long
                ? <textarea {...ids} className="input mono" rows={2} readOnly={!onPropose} value={texts[name]} onChange={(event) => setTexts((all) => ({ ...all, [name]: event.target.value }))} />
                : <input {...ids} className="input" readOnly={!onPropose} value={texts[name]} onChange={(event) => setTexts((all) => ({ ...all, [name]: event.target.value }))} />}
            </Field>
          ))}
        </div>
        {onPropose ? <div className="row"><button type="submit" className="button primary" disabled={!changed}><Icon name="pen" size={16} />{t("parameters.propose")}</button>{changed ? null : <span className="small muted">{t("parameters.same")}</span>}</div> : null}
      </form>
    </Card>
  );
}

const WHOLE = /^(0|[1-9]\d{0,11})$/;

function Supplies({ standing, onPropose }: { standing: Standing; onPropose: Propose }) {
  const { t } = useTranslation();
  const [token, setToken] = useState("");
  const [cap, setCap] = useState("");
  const [tried, setTried] = useState(false);
  const known = /^(coin|(CEA|CCER)-20\d\d)$/.test(token);
  const good = WHOLE.test(cap) && cap !== "0";
  const submit = () => {
    setTried(true);
    if (!known || !good || !onPropose) return;
    const [unit = "", vintage = ""] = token.split("-");
    onPropose(token === "coin" ? { cap } : { unit, vintage: Number(vintage), cap });
  };
  const number = (row: { token: string }, value: string) => (row.token === "coin" ? <Coin cents={value} unit={false} /> : <Tonnes value={value} unit={false} />);
  return (
    <Card title={t("parameters.groups.supply")} note={t("parameters.supplyNote")} flush>
      {onPropose ? (
        <form className="ticket" style={{ padding: "12px 18px" }} aria-label={t("parameters.groups.supply")} onSubmit={(event) => { event.preventDefault(); submit(); }}>
          <Field label={t("parameters.token")} fault={tried && !known ? t("parameters.fault") : null}>{(ids) => <input {...ids} className="input short" value={token} onChange={(event) => setToken(event.target.value.trim())} />}</Field>
          <Field label={t("parameters.fields.cap")} hint={t("parameters.capHint")} fault={tried && !good ? t("parameters.fault") : null}>{(ids) => <input {...ids} className="input" inputMode="numeric" value={cap} onChange={(event) => setCap(event.target.value.trim())} />}</Field>
          <button type="submit" className="button primary">{t("parameters.propose")}</button>
        </form>
      ) : null}
      <Rows rows={standing.supplies} rowKey={(row) => row.token} label={t("parameters.groups.supply")}
        columns={[
          { key: "token", title: t("parameters.token"), render: (row) => <span className="mono">{row.token}</span> },
          { key: "cap", title: t("issuance.cap"), right: true, render: (row) => number(row, row.cap) },
          { key: "issued", title: t("issuance.issued"), right: true, render: (row) => number(row, row.issued) },
          { key: "gone", title: t("parameters.gone"), right: true, render: (row) => number(row, row.token === "coin" ? row.redeemed : row.cancelled) },
        ]} />
    </Card>
  );
}

function CarryOver({ standing, onPropose }: { standing: Standing; onPropose: Propose }) {
  const { t } = useTranslation();
  const list = useQuery({ queryKey: ["enterprises"], queryFn: enterprises });
  const [given, setGiven] = useState({ account: "", to_vintage: "", sold_t: "", bought_t: "" });
  const [tried, setTried] = useState(false);
  const set = (change: Partial<typeof given>) => setGiven((all) => ({ ...all, ...change }));
  const good = { account: given.account !== "", to_vintage: /^20\d\d$/.test(given.to_vintage), sold_t: WHOLE.test(given.sold_t), bought_t: WHOLE.test(given.bought_t) };
  const submit = () => {
    setTried(true);
    if (Object.values(good).every(Boolean) && onPropose) onPropose({ ...given, to_vintage: Number(given.to_vintage) });
  };
  const fault = (name: keyof typeof good) => (tried && !good[name] ? t("parameters.fault") : null);
  const text = (name: "to_vintage" | "sold_t" | "bought_t") => (
    <Field label={t(`parameters.fields.${name}`)} fault={fault(name)}>{(ids) => <input {...ids} className="input short" inputMode="numeric" value={given[name]} onChange={(event) => set({ [name]: event.target.value.trim() })} />}</Field>
  );
  return (
    <Card title={t("parameters.groups.carry_over")} note={t("parameters.carryNote")} flush>
      {onPropose ? (
        <form className="ticket" style={{ padding: "12px 18px" }} aria-label={t("parameters.groups.carry_over")} onSubmit={(event) => { event.preventDefault(); submit(); }}>
          <Field label={t("acts.target")} fault={fault("account")}>
            {(ids) => <select {...ids} className="input" value={given.account} onChange={(event) => set({ account: event.target.value })}><option value="" />{list.data?.results.map((row) => <option key={row.account} value={row.account}>{row.name || row.account}</option>)}</select>}
          </Field>
          {text("to_vintage")}{text("sold_t")}{text("bought_t")}
          <button type="submit" className="button primary">{t("parameters.propose")}</button>
        </form>
      ) : null}
      <Rows rows={standing.carry_over} rowKey={(row) => `${row.account}${row.to_vintage}`} label={t("parameters.groups.carry_over")}
        columns={[
          { key: "who", title: t("acts.target"), render: (row) => row.organisation || row.account },
          { key: "to", title: t("parameters.fields.to_vintage"), right: true, render: (row) => row.to_vintage },
          { key: "sold", title: t("parameters.fields.sold_t"), right: true, render: (row) => <Tonnes value={row.sold_t} unit={false} /> },
          { key: "bought", title: t("parameters.fields.bought_t"), right: true, render: (row) => <Tonnes value={row.bought_t} unit={false} /> },
          { key: "limit", title: t("parameters.limit"), right: true, render: (row) => <Tonnes value={row.limit_t} unit={false} /> },
          { key: "carried", title: t("parameters.carried"), right: true, render: (row) => <Tonnes value={row.carried_t} unit={false} /> },
        ]} />
    </Card>
  );
}
