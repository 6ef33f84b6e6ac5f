/** One proposal: the backing document never leaves the browser, its digest is what the ledger keeps. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { enterprises, proposeIssue, supplies } from "@/api/oversight";
import { sha256Hex } from "@/lib/canonical";
import { minor } from "@/lib/decimal";
import { newId } from "@/lib/ids";
import { useTerm } from "@/labels";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Coin, Tonnes } from "@/ui/Num";
import { Segments } from "@/ui/Segments";

export function IssueForm() {
  const { t } = useTranslation();
  const term = useTerm();
  const list = useQuery({ queryKey: ["enterprises"], queryFn: enterprises });
  const caps = useQuery({ queryKey: ["supplies"], queryFn: supplies });
  const vintages = (caps.data ?? []).filter((row) => row.token.startsWith("CEA-")).map((row) => row.token.slice(4));
  const [kind, setKind] = useState<"coin" | "allowance">("allowance");
  const [account, setAccount] = useState("");
  const [amount, setAmount] = useState("");
  const [vintage, setVintage] = useState("");
  const [digest, setDigest] = useState("");
  const [tried, setTried] = useState(false);
  const [signing, setSigning] = useState<Signing | null>(null);
  const units = minor(amount, kind === "coin" ? 2 : 0);
  const faults = {
    account: account ? null : t("register.faults.required"),
    amount: units !== null && units > 0n ? null : t(kind === "coin" ? "issuance.faultCoin" : "issuance.faultTonnes"),
    vintage: kind === "coin" || /^20\d\d$/.test(vintage) ? null : t("issuance.faultVintage"),
    backing: digest ? null : t("issuance.faultBacking"),
  };
  const open = () => {
    setTried(true);
    if (Object.values(faults).some(Boolean) || units === null) return;
    const name = list.data?.results.find((row) => row.account === account)?.name ?? account;
    setSigning({
      title: t("issuance.confirmTitle"),
      statement: t("issuance.confirmStatement"),
      facts: [
        { label: t("issuance.kind"), value: `${term("TokenKind", kind)}${kind === "allowance" ? ` CEA-${vintage}` : ""}` },
        { label: t("issuance.account"), value: name },
        { label: t("issuance.amount"), value: kind === "coin" ? <Coin cents={units.toString()} /> : <Tonnes value={units.toString()} /> },
        { label: t("issuance.backing"), value: <span className="mono wrap-anywhere">{digest}</span> },
      ],
      intents: async () => [{
        name: "propose_issue",
        args: {
          issue: newId("iss"), kind, account, amount: units.toString(), backing_digest: digest,
          unit: kind === "coin" ? null : "CEA", vintage: kind === "coin" ? null : Number(vintage),
        },
      }],
      send: ([signed]) => proposeIssue(signed!),
    });
  };
  return (
    <Card title={t("issuance.propose")}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); open(); }}>
        <Segments label={t("issuance.kind")} value={kind} onChange={setKind} options={[{ value: "allowance", label: term("TokenKind", "allowance") }, { value: "coin", label: term("TokenKind", "coin") }]} />
        <Field label={t("issuance.account")} fault={tried ? faults.account : null}>
          {(ids) => (
            <select {...ids} className="input" value={account} onChange={(event) => setAccount(event.target.value)}>
              <option value="" />
              {list.data?.results.map((row) => <option key={row.account} value={row.account}>{row.name || row.account}</option>)}
            </select>
          )}
        </Field>
        {kind === "allowance" ? (
          <Field label={t("issuance.vintage")} fault={tried ? faults.vintage : null}>
            {(ids) => (
              <select {...ids} className="input" value={vintage} onChange={(event) => setVintage(event.target.value)}>
                <option value="" />
                {vintages.map((each) => <option key={each} value={each}>{`CEA-${each}`}</option>)}
              </select>
            )}
          </Field>
        ) : null}
        <Field label={`${t("issuance.amount")} (${t(kind === "coin" ? "unit.coin" : "unit.tonne")})`} fault={tried ? faults.amount : null}>
          {(ids) => <input {...ids} className="input" inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value.trim())} />}
        </Field>
        <Field label={t("issuance.backing")} hint={digest ? <span className="mono">{digest.slice(0, 16)}…</span> : t("issuance.backingHint")} fault={tried ? faults.backing : null}>
          {(ids) => <input {...ids} className="input" type="file" onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void file.arrayBuffer().then((bytes) => sha256Hex(new Uint8Array(bytes))).then(setDigest);
            else setDigest("");
          }} />}
        </Field>
        <div><button type="submit" className="button primary">{t("market.submit")}</button></div>
      </form>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
