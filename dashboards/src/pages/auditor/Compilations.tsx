/** For whom the own body compiled a report or was tied otherwise: it is then not drawn to verify that enterprise. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { compilations, sendCompilation, TIES } from "@/api/keeping";
import { useMyself } from "@/api/me";
import "@/pages/enterprise/market.css";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { Rows } from "@/ui/List";
import { Answer, Empty } from "@/ui/states";
import { Instant } from "@/ui/time";
import "@/pages/enterprise/market.css";

const DECLARERS = ["lead_auditor", "approver"];

export function Compilations() {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["compilations"], queryFn: compilations });
  const [account, setAccount] = useState("");
  const [year, setYear] = useState("");
  const [tie, setTie] = useState<(typeof TIES)[number]>("compiled");
  const [tried, setTried] = useState(false);
  const [signing, setSigning] = useState<Signing | null>(null);
  const good = /^20\d\d$/.test(year);
  const submit = (name: string) => {
    setTried(true);
    if (!account || !good) return;
    setSigning({
      title: t("compilations.title"), statement: t(tie === "compiled" ? "compilations.statement" : "compilations.tieStatement"),
      facts: [{ label: t("queue.enterprise"), value: name }, { label: t("compilations.tie"), value: t(`compilations.ties.${tie}`) }, { label: t("compilations.year"), value: year }],
      intents: async () => [{ name: "declare_compilation", args: { account, year: Number(year), ...(tie === "compiled" ? {} : { tie }) } }],
      send: ([signed]) => sendCompilation(signed!),
    });
  };
  return (
    <Card title={t("compilations.card")} note={t("compilations.note")} flush>
      <Answer query={query} rows={2}>
        {(data) => (
          <>
            {DECLARERS.includes(me.role) ? (
              <form className="ticket" style={{ padding: "12px 18px" }} aria-label={t("compilations.card")} onSubmit={(event) => { event.preventDefault(); submit(data.enterprises.find((each) => each.account === account)?.organisation ?? account); }}>
                <Field label={t("queue.enterprise")} fault={tried && !account ? t("acts.faults.target") : null}>
                  {(ids) => <select {...ids} className="input" value={account} onChange={(event) => setAccount(event.target.value)}><option value="" />{data.enterprises.map((each) => <option key={each.account} value={each.account}>{each.organisation}</option>)}</select>}
                </Field>
                <Field label={t("compilations.tie")}>
                  {(ids) => <select {...ids} className="input" value={tie} onChange={(event) => setTie(TIES.find((one) => one === event.target.value) ?? "compiled")}>{TIES.map((one) => <option key={one} value={one}>{t(`compilations.ties.${one}`)}</option>)}</select>}
                </Field>
                <Field label={t("compilations.year")} fault={tried && !good ? t("compilations.fault") : null}>{(ids) => <input {...ids} className="input short" inputMode="numeric" value={year} onChange={(event) => setYear(event.target.value.trim())} />}</Field>
                <button type="submit" className="button primary">{t("compilations.declare")}</button>
              </form>
            ) : null}
            {data.results.length === 0 ? <Empty icon="shield" title={t("compilations.none")} /> : (
              <Rows rows={data.results} rowKey={(row) => `${row.account}${row.year}${row.tie}`} label={t("compilations.card")}
                columns={[
                  { key: "who", title: t("queue.enterprise"), render: (row) => row.organisation || row.account },
                  { key: "tie", title: t("compilations.tie"), render: (row) => t(`compilations.ties.${row.tie}`) },
                  { key: "year", title: t("compilations.year"), right: true, render: (row) => row.year },
                  { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.at} /> },
                  { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.tx_id} /> },
                ]} />
            )}
          </>
        )}
      </Answer>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
