/** The key by which a meter's gateway signs, and its end: signed, with a reason, and for good. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { reasonDigest } from "@/api/acts";
import type { MeterPlate } from "@/api/devices";
import { meterKey, revokeMeterKey } from "@/api/keeping";
import { can, useMyself } from "@/api/me";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { StatusPill } from "@/ui/StatusPill";

/** Nothing where the gateway does not sign or the meter is not on the ledger. */
export function MeterKey({ row }: { row: MeterPlate }) {
  const { t } = useTranslation();
  const me = useMyself();
  const may = can(me, "manage_meters");
  const query = useQuery({ queryKey: ["meterKey", row.id], queryFn: () => meterKey(row.id), enabled: may && row.chain === "registered" });
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [signing, setSigning] = useState<Signing | null>(null);
  const key = query.data;
  if (!key?.fingerprint) return null;
  const submit = async () => {
    setTried(true);
    if (!reason.trim()) return;
    const args = { account: me.account, plant: row.plant, meter: row.slug, n: row.installation, reason_digest: await reasonDigest(reason) };
    setSigning({
      title: t("meterKey.title"), statement: t("meterKey.statement"),
      facts: [{ label: t("devices.gateway"), value: <span className="mono">{row.gateway}</span> }, { label: t("keys.fingerprint"), value: <span className="mono wrap-anywhere">{key.fingerprint}</span> }, { label: t("acts.reason"), value: reason.trim() }],
      intents: async () => [{ name: "revoke_meter_key", args }],
      send: ([signed]) => revokeMeterKey(row.id, signed!, reason.trim()),
    });
  };
  return (
    <Card title={t("meterKey.card")}>
      <div className="stack">
        <div className="row"><Hash value={key.fingerprint} /><StatusPill tone={key.revoked ? "neutral" : "ok"}>{t(key.revoked ? "meterKey.ended" : "meterKey.inForce")}</StatusPill></div>
        {key.revoked ? <p className="small muted">{t("meterKey.after")}</p> : (
          <form className="stack" aria-label={t("meterKey.card")} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
            <Field label={t("acts.reason")} hint={t("meterKey.hint")} fault={tried && !reason.trim() ? t("acts.faults.reason") : null}>{(ids) => <input {...ids} className="input" maxLength={300} value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
            <div><button type="submit" className="button danger">{t("meterKey.end")}</button></div>
          </form>
        )}
      </div>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
