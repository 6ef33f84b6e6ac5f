/** What this device can sign with, and the way to bring a key file when it cannot. */
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDevice, useKeyFile } from "@/api/signing";
import type { FileRefusal } from "@/lib/keys";
import { Icon } from "./Icon";
import { Notice } from "./states";

const TONES = { insecure: "danger", no_key: "warn", not_bound: "warn", may_be_cleared: "ok", ready: "ok" } as const;

/** `elsewhere`: in a dialog, from which the recovery code is one link away. */
export function KeyLoader({ elsewhere = false }: { elsewhere?: boolean }) {
  const { t } = useTranslation();
  const device = useDevice();
  const load = useKeyFile();
  const input = useRef<HTMLInputElement>(null);
  const [refusal, setRefusal] = useState<FileRefusal | null>(null);
  const state = device.data?.state;
  if (!state) return null;
  const take = async (file: File | undefined) => {
    if (!file) return;
    const answer = await load(file);
    setRefusal(answer.ok ? null : answer.error);
    if (input.current) input.current.value = "";
  };
  return (
    <div className="stack tight">
      <Notice tone={TONES[state]} icon={TONES[state] === "ok" ? "key" : "alert"}>
        <div className="strong">{t(`keys.state.${state}.title`)}</div>
        <div className="small">{t(`keys.state.${state}.meaning`)}</div>
      </Notice>
      {state === "insecure" ? null : (
        <div className="row">
          <input ref={input} type="file" accept=".pem,.key,.txt" className="sr" aria-label={t("keys.loadFile")} tabIndex={-1}
            onChange={(event) => void take(event.target.files?.[0])} />
          <button type="button" className="button small" onClick={() => input.current?.click()}><Icon name="key" size={15} />{t("keys.loadFile")}</button>
          <span className="small muted">{t("keys.loadHint")}</span>
          {elsewhere && (state === "no_key" || state === "not_bound") ? <Link to="/settings" className="small">{t("recover.title")}</Link> : null}
        </div>
      )}
      {refusal ? <p className="danger-text small" role="alert">{t(`keys.file.${refusal}`)}</p> : null}
    </div>
  );
}
