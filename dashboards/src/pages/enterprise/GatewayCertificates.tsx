/** A gateway's certificates: issued once with its key, renewed beside the old, replaced, revoked. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { AUTHORITY_FILE, certificatesKey, certificateText, issueCertificate, pemUrl, revokeCertificate, useCertificates, type Certificate, type Certificates, type Issued } from "@/api/certificates";
import type { Gateway } from "@/api/devices";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import { Card, Fact, Facts } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Answer, Empty, ErrorCard, Notice } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { Ways } from "./Gateways";

const QrCode = lazy(() => import("@/ui/antd/QrCode").then((module) => ({ default: module.QrCode })));
const Dialog = lazy(() => import("@/ui/antd/Dialog").then((module) => ({ default: module.Dialog })));
const TONES: Record<Certificate["state"], Tone> = { active: "ok", expired: "warn", revoked: "neutral" };

export function GatewayCertificates({ gateway, manages, onClose }: { gateway: Gateway; manages: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useCertificates(gateway.id);
  const [made, setMade] = useState<Issued | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asking, setAsking] = useState<"replace" | Certificate | null>(null);
  const settle = async (answer: Result<Issued | Certificates, Problem>) => {
    setProblem(answer.ok ? null : answer.error);
    setAsking(null);
    if (!answer.ok) return;
    if ("key" in answer.value) setMade(answer.value);
    await client.invalidateQueries({ queryKey: certificatesKey(gateway.id) });
  };
  const may = manages && gateway.revoked_at === null;
  return (
    <>
      {made ? <OnceCertificate made={made} name={gateway.name} /> : null}
      <Card title={t("certificates.title", { name: gateway.name })} flush aside={<button type="button" className="button small" onClick={onClose}>{t("ui.close")}</button>}>
        {problem ? <div style={{ padding: 18 }}><ErrorCard problem={problem} /></div> : null}
        <Answer query={query} rows={2}>
          {(held) => (
            <>
              <div className="stack" style={{ padding: 18 }}>
                <p className="small">{t("certificates.text")}</p>
                {held.broker ? <Where held={held} /> : <Notice tone="warn" icon="info">{t("certificates.unavailable")}</Notice>}
                {may && held.broker ? (
                  <div className="row">
                    <button type="button" className="button primary" onClick={() => void issueCertificate(gateway.id, false).then(settle)}>{t(held.results.some((row) => row.state === "active") ? "certificates.renew" : "certificates.issue")}</button>
                    {held.results.some((row) => row.state === "active") ? <button type="button" className="button danger" onClick={() => setAsking("replace")}>{t("certificates.replace")}</button> : null}
                  </div>
                ) : null}
              </div>
              {held.results.length === 0 ? <Empty icon="key" title={t("certificates.none")} /> : (
                <List rows={held.results} onRevoke={may ? setAsking : null} />
              )}
            </>
          )}
        </Answer>
      </Card>
      {asking ? (
        <Sure replaces={asking === "replace"} onClose={() => setAsking(null)}
          onSure={() => void (asking === "replace" ? issueCertificate(gateway.id, true).then(settle) : revokeCertificate(gateway.id, asking.serial).then(settle))} />
      ) : null}
    </>
  );
}

function Where({ held }: { held: Certificates }) {
  const { t } = useTranslation();
  return (
    <Facts>
      <Fact label={t("devices.broker")}><span className="mono">{held.broker!.host}:{held.broker!.port}{" TLS"}</span></Fact>
      <Fact label={t("certificates.authority")}><a download={AUTHORITY_FILE} href={pemUrl(held.authority)}>{AUTHORITY_FILE}</a></Fact>
    </Facts>
  );
}

function List({ rows, onRevoke }: { rows: readonly Certificate[]; onRevoke: ((row: Certificate) => void) | null }) {
  const { t } = useTranslation();
  return (
    <Rows rows={rows} rowKey={(row) => row.serial} label={t("certificates.list")}
      columns={[
        { key: "serial", title: t("certificates.serial"), render: (row) => <Hash value={row.serial} /> },
        { key: "issued", title: t("certificates.issued"), render: (row) => <Instant at={row.issued_at} /> },
        { key: "expires", title: t("certificates.expires"), render: (row) => <Instant at={row.expires_at} /> },
        { key: "state", title: t("devices.state"), render: (row) => <StatusPill tone={TONES[row.state]}>{t(`certificates.state_${row.state}`)}</StatusPill> },
        { key: "acts", title: "", right: true, render: (row) => (onRevoke && row.state === "active" ? <button type="button" className="button small danger" onClick={() => onRevoke(row)}>{t("certificates.revoke")}</button> : null) },
      ]} />
  );
}

/** The one time that the key is on a screen: three files, a QR code, and lines that use them. */
function OnceCertificate({ made, name }: { made: Issued; name: string }) {
  const { t } = useTranslation();
  const files: [string, string][] = [[`${made.stem}.pem`, made.certificate], [`${made.stem}.key`, made.key], [AUTHORITY_FILE, made.authority]];
  return (
    <Card title={t("certificates.onceTitle", { name })}>
      <div className="stack" data-testid="certificate-once">
        <Notice tone="warn" icon="key">{t("certificates.once")}</Notice>
        <div className="row wide top">
          <Suspense fallback={null}><QrCode text={certificateText(made)} /></Suspense>
          <div className="grow stack">
            <div className="row">
              {files.map(([file, pem]) => <a key={file} className="button small" download={file} href={pemUrl(pem)}><Icon name="download" size={15} />{file}</a>)}
            </div>
            <Facts>
              <Fact label={t("devices.broker")}><span className="mono">{made.broker.host}:{made.broker.port}{" TLS"}</span></Fact>
              <Fact label={t("devices.username")}><Hash value={made.username}><span className="mono">{made.username}</span></Hash></Fact>
              <Fact label={t("certificates.expires")}><Instant at={made.row.expires_at} /></Fact>
            </Facts>
          </div>
        </div>
        <Ways lines={made.lines} note={t("certificates.lineText")} />
      </div>
    </Card>
  );
}

function Sure({ replaces, onClose, onSure }: { replaces: boolean; onClose: () => void; onSure: () => void }) {
  const { t } = useTranslation();
  return (
    <Suspense fallback={null}>
      <Dialog open title={t(replaces ? "certificates.replace" : "certificates.revoke")} onClose={onClose}>
        <div className="stack">
          <p>{t(replaces ? "certificates.replaceText" : "certificates.revokeText")}</p>
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button>
            <button type="button" className="button danger" onClick={onSure}>{t(replaces ? "certificates.replace" : "certificates.revoke")}</button>
          </div>
        </div>
      </Dialog>
    </Suspense>
  );
}
