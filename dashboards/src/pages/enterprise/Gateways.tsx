/** Devices that publish: their sign-in at the broker is shown once, renewed, or ended. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { addGateway, credentialsText, publicKeyOf, renewPassword, revokeGateway, useGateways, type Credentials, type Gateway, type Lines } from "@/api/devices";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import { Card, Fact, Facts } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Segments } from "@/ui/Segments";
import { Answer, Empty, ErrorCard, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { ID_PATTERN } from "./NewPlantForm";

const QrCode = lazy(() => import("@/ui/antd/QrCode").then((module) => ({ default: module.QrCode })));
const GatewayCertificates = lazy(() => import("./GatewayCertificates").then((module) => ({ default: module.GatewayCertificates })));
const Dialog = lazy(() => import("@/ui/antd/Dialog").then((module) => ({ default: module.Dialog })));

export function Gateways({ manages }: { manages: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useGateways();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Credentials | null>(null);
  const [ending, setEnding] = useState<Gateway | null>(null);
  const [opened, setOpened] = useState<Gateway | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const settle = async (answer: Result<Credentials | Gateway, Problem>) => {
    setProblem(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setMade("password" in answer.value ? answer.value : null);
    setAdding(false);
    setEnding(null);
    await client.invalidateQueries({ queryKey: ["gateways"] });
  };
  const acts = (row: Gateway) => (
    <span className="row tight nowrap" style={{ justifyContent: "flex-end" }}>
      <button type="button" className="button small" onClick={() => setOpened(row)}>{t("certificates.short")}</button>
      {row.revoked_at !== null || !manages ? null : (
        <>
          <button type="button" className="button small" onClick={() => void renewPassword(row.id).then(settle)}>{t("devices.newPassword")}</button>
          <button type="button" className="button small danger" onClick={() => setEnding(row)}>{t("devices.revoke")}</button>
        </>
      )}
    </span>
  );
  return (
    <>
      {made ? <Once made={made} /> : null}
      <Card title={t("devices.gateways")} flush aside={manages ? <button type="button" className="button small" onClick={() => setAdding(!adding)}><Icon name="plus" size={15} />{t("devices.addGateway")}</button> : undefined}>
        {problem ? <div style={{ padding: 18 }}><ErrorCard problem={problem} /></div> : null}
        <Answer query={query} rows={2} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="network" title={t("devices.noGateways")}>{t("devices.noGatewaysText")}</Empty>}>
          {(data) => (
            <Rows rows={data.results} rowKey={(row) => row.id} label={t("devices.gateways")}
              columns={[
                { key: "id", title: t("devices.gateway"), render: (row) => <><span className="strong">{row.name}</span><div className="small mono muted">{row.id}</div></> },
                { key: "key", title: t("devices.key"), render: (row) => (row.fingerprint ? <Hash value={row.fingerprint} /> : <span className="muted">{t("devices.unsigned")}</span>) },
                { key: "since", title: t("devices.since"), render: (row) => <Instant at={row.created_at} /> },
                { key: "state", title: t("devices.state"), render: (row) => (row.revoked_at ? <StatusPill>{t("devices.revoked")}</StatusPill> : <StatusPill tone="ok">{t("devices.active")}</StatusPill>) },
                { key: "acts", title: "", right: true, render: acts },
              ]} />
          )}
        </Answer>
      </Card>
      {opened ? <Suspense fallback={null}><GatewayCertificates key={opened.id} gateway={opened} manages={manages} onClose={() => setOpened(null)} /></Suspense> : null}
      {adding ? <NewGateway onSend={(body) => void addGateway(body).then(settle)} /> : null}
      {ending ? <RevokeDialog gateway={ending} onClose={() => setEnding(null)} onRevoke={() => void revokeGateway(ending.id).then(settle)} /> : null}
    </>
  );
}

function NewGateway({ onSend }: { onSend: (body: { id: string; name: string; algorithm?: string; spki?: string }) => void }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState(false);
  const send = (form: HTMLFormElement) => {
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const pasted = text("key");
    const key = pasted ? publicKeyOf(pasted) : null;
    setFault(pasted !== "" && key === null);
    if (pasted === "" || key !== null) onSend({ id: text("id"), name: text("name"), ...(key ?? {}) });
  };
  return (
    <Card title={t("devices.addGateway")}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); send(event.currentTarget); }}>
        <div className="form-grid">
          <Field label={t("devices.id")} hint={t("devices.idHint")}>{(ids) => <input {...ids} className="input mono" name="id" pattern={ID_PATTERN} required />}</Field>
          <Field label={t("devices.name")}>{(ids) => <input {...ids} className="input" name="name" maxLength={80} required />}</Field>
        </div>
        <Field label={t("devices.publicKey")} hint={t("devices.publicKeyHint")} fault={fault ? t("devices.publicKeyFault") : null}>
          {(ids) => <textarea {...ids} className="input mono" name="key" rows={3} spellCheck={false} autoComplete="off" />}
        </Field>
        <div><button type="submit" className="button primary">{t("devices.makeSignIn")}</button></div>
      </form>
    </Card>
  );
}

/** The one time that the password is on a screen. */
function Once({ made }: { made: Credentials }) {
  const { t } = useTranslation();
  return (
    <Card title={t("devices.onceTitle", { name: made.gateway.name })}>
      <div className="stack">
        <Notice tone="warn" icon="key">{t("devices.once")}</Notice>
        <div className="row wide top">
          <Suspense fallback={null}><QrCode text={credentialsText(made)} /></Suspense>
          <div className="grow">
            <Facts>
              <Fact label={t("devices.broker")}><span className="mono">{made.broker.host}:{made.broker.port}{made.broker.tls ? " TLS" : ""}</span></Fact>
              <Fact label={t("devices.username")}><Hash value={made.username}><span className="mono">{made.username}</span></Hash></Fact>
              <Fact label={t("login.password")}><Hash value={made.password}><span className="mono wrap-anywhere" data-testid="gateway-password">{made.password}</span></Hash></Fact>
              <Fact label={t("devices.topic")}><span className="mono wrap-anywhere">{made.topic}</span></Fact>
              <Fact label={t("devices.receipts")}><span className="mono wrap-anywhere">{made.receipts}</span></Fact>
            </Facts>
          </div>
        </div>
        <Ways lines={made.lines} note={t("devices.lineHint")} />
      </div>
    </Card>
  );
}

const TOOLS = ["mosquitto_pub", "telegraf", "node_red", "agent"] as const;
const HINTS = { mosquitto_pub: "meterLife.lineText", telegraf: "meterLife.telegrafText", node_red: "meterLife.nodeRedText", agent: "meterLife.agentText" } as const;

/** The ready lines of each tool; tests run them as they stand here. */
export function Ways({ lines, note }: { lines: Lines; note?: string }) {
  const { t } = useTranslation();
  const [tool, setTool] = useState<(typeof TOOLS)[number]>("mosquitto_pub");
  return (
    <div className="stack tight">
      <Segments label={t("meterLife.tool")} value={tool} onChange={setTool} options={TOOLS.map((value) => ({ value, label: t(`meterLife.${value}`) }))} />
      <Line text={lines[tool]} note={tool === "mosquitto_pub" && note ? note : t(HINTS[tool])} />
    </div>
  );
}

export function Line({ text, note }: { text: string; note: string }) {
  return (
    <div className="stack close">
      <span className="small muted">{note}</span>
      <pre className="signed-text" tabIndex={0} data-testid="publish-line">{text}</pre>
      <Hash value={text}>{""}</Hash>
    </div>
  );
}

function RevokeDialog({ gateway, onClose, onRevoke }: { gateway: Gateway; onClose: () => void; onRevoke: () => void }) {
  const { t } = useTranslation();
  return (
    <Suspense fallback={null}>
      <Dialog open title={t("devices.revokeTitle", { name: gateway.name })} onClose={onClose}>
        <div className="stack">
          <p>{t("devices.revokeText")}</p>
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button>
            <button type="button" className="button danger" onClick={onRevoke}>{t("devices.revoke")}</button>
          </div>
        </div>
      </Dialog>
    </Suspense>
  );
}
