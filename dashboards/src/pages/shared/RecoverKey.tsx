/** A person on a new device: her printed code binds keys that are made here. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { recover, type RecoveryFault, type RecoveryRefusal } from "@/api/keys";
import { useMyself } from "@/api/me";
import { useDevice } from "@/api/signing";
import { askToPersist } from "@/lib/keys";
import { ChainProgress } from "@/ui/ChainProgress";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { ErrorCard, Notice } from "@/ui/states";
import { Told } from "@/ui/Told";

/** Shown where this device cannot sign yet, and until the keys it makes are bound. */
export function RecoverKey() {
  const { t } = useTranslation();
  const me = useMyself();
  const device = useDevice();
  const client = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<RecoveryFault | null>(null);
  const [intents, setIntents] = useState<string[]>([]);
  const [done, setDone] = useState(0);
  const state = device.data?.state;
  if (intents.length === 0 && state !== "no_key" && state !== "not_bound") return null;
  const start = async () => {
    setBusy(true);
    setFault(null);
    await askToPersist();
    const answer = await recover(me, field.current?.value ?? "");
    if (answer.ok) {
      setIntents(answer.value.intents);
      if (field.current) field.current.value = "";
    } else setFault(answer.error);
    setBusy(false);
  };
  const bound = () => {
    setDone((before) => before + 1);
    void client.invalidateQueries();
  };
  return (
    <Card title={t("recover.title")} note={t("recover.note")}>
      <div className="stack">
        {intents.length === 0 ? (
          <form className="stack" onSubmit={(event) => { event.preventDefault(); void start(); }}>
            <p className="small">{t("recover.text")}</p>
            <Field label={t("recover.code")} hint={t("recover.hint")}>
              {(ids) => <textarea {...ids} ref={field} className="input mono" rows={4} autoComplete="off" autoCapitalize="characters" spellCheck={false} required />}
            </Field>
            {fault ? <Fault fault={fault} /> : null}
            <div><button type="submit" className="button primary" disabled={busy}><Icon name="key" size={16} />{t("recover.start")}</button></div>
            <p className="small muted">{t("recover.past")}</p>
          </form>
        ) : (
          <>
            {intents.map((id, i) => (
              <div key={id} className="stack tight"><span className="small strong">{t(i === 0 ? "recover.sign" : "recover.decrypt")}</span><ChainProgress intentId={id} onFinal={bound} /></div>
            ))}
            {done >= intents.length ? <Notice tone="ok" icon="check">{t("recover.done")}</Notice> : null}
          </>
        )}
      </div>
    </Card>
  );
}

function Fault({ fault }: { fault: RecoveryFault }) {
  const { t } = useTranslation();
  if ("problem" in fault) return <ErrorCard problem={fault.problem} />;
  const { name } = fault.code;
  return <Told what={t(`recover.fault.${name}.what`, { line: lineOf(fault.code) })} meaning={t(`recover.fault.${name}.meaning`)} action={t(`recover.fault.${name}.action`)} code={name} />;
}

const lineOf = (code: RecoveryRefusal): number => ("line" in code && code.line !== undefined ? code.line + 1 : 0);
