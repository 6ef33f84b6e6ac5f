/** Keys of this device and of the account, program tokens, and how the pages look. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endToken, makeToken, type TokenRow } from "@/api/administration";
import { useMyself } from "@/api/me";
import { useDevice } from "@/api/signing";
import { get } from "@/lib/fetch";
import { forget } from "@/lib/keys";
import type { Problem } from "@/lib/problem";
import { Preferences } from "@/shell/Preferences";
import { chooseRise, useRise } from "@/theme";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { KeyLoader } from "@/ui/KeyLoader";
import { Segments } from "@/ui/Segments";
import { Answer, Empty, ErrorCard, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { EntityFacts } from "@/pages/enterprise/EntityFacts";
import { AskRecovery } from "./AskRecovery";
import { BoundKeys } from "./BoundKeys";
import { Factors } from "./Factors";
import { Recoveries } from "./Recoveries";
import { RecoverKey } from "./RecoverKey";

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  return (
    <>
      <PageHead title={t("keys.title")} />
      <div className="stack">
        {me.kind === "enterprise" ? <EntityFacts /> : null}
        <div className="columns one-one">
          <div className="stack"><DeviceCard /><RecoverKey /><AskRecovery /><Factors /><Look /></div>
          <div className="stack"><BoundKeys /><Recoveries acts /><Tokens /></div>
        </div>
      </div>
    </>
  );
}

function DeviceCard() {
  const { t } = useTranslation();
  const me = useMyself();
  const device = useDevice();
  const client = useQueryClient();
  const stored = device.data?.stored;
  const remove = async () => {
    await forget(me.person.id);
    await client.invalidateQueries({ queryKey: ["device"] });
  };
  return (
    <Card title={t("keys.deviceTitle")}>
      <div className="stack">
        <KeyLoader />
        <Facts>
          {stored ? <Fact label={t("keys.fingerprint")}><Hash value={stored.sign.fingerprint} /></Fact> : null}
          {stored ? <Fact label={t("keys.source")}>{t(stored.source === "file" ? "keys.sourceFile" : "keys.sourceDevice")}</Fact> : null}
          <Fact label={t("keys.person")}><Hash value={me.person.id}>{me.person.id}</Hash></Fact>
          <Fact label={t("keys.account")}><Hash value={me.account}>{me.account}</Hash></Fact>
          <Fact label={t("keys.network")}><Hash value={me.network} /></Fact>
        </Facts>
        {stored ? <div className="row"><button type="button" className="button small danger" onClick={() => void remove()}>{t("keys.forget")}</button><span className="small muted">{t("keys.forgetNote")}</span></div> : null}
      </div>
    </Card>
  );
}

function Tokens() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ["tokens"], queryFn: () => get<{ results: TokenRow[] }>("tokens/") });
  const [made, setMade] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const renew = () => void client.invalidateQueries({ queryKey: ["tokens"] });
  const make = async (form: HTMLFormElement) => {
    const answer = await makeToken(String(new FormData(form).get("name")).trim(), 90);
    setProblem(answer.ok ? null : answer.error);
    setMade(answer.ok ? answer.value.token : null);
    if (answer.ok) form.reset();
    renew();
  };
  return (
    <Card title={t("keys.tokensTitle")} note={t("keys.tokenHint")}>
      <div className="stack">
        <Answer query={query} rows={2} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="key" title={t("keys.tokenNone")} />}>
          {(data) => (
            <ul className="stack tight">
              {data.results.map((row) => (
                <li key={row.id} className="row apart">
                  <span className="row"><span className="strong">{row.name}</span><span className="mono muted">…{row.hint}</span></span>
                  <span className="row small muted">
                    {t("keys.tokenExpires")} <Instant at={row.expires_at} />
                    {row.revoked_at ? <StatusPill>{t("keys.tokenRevoked")}</StatusPill> : <button type="button" className="button small danger" onClick={() => void endToken(row.id).then(renew)}>{t("keys.tokenRevoke")}</button>}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Answer>
        {made ? <Notice tone="warn" icon="key"><div>{t("keys.tokenOnce")}</div><code className="mono wrap-anywhere">{made}</code></Notice> : null}
        {problem ? <ErrorCard problem={problem} /> : null}
        <form className="row" onSubmit={(event) => { event.preventDefault(); void make(event.currentTarget); }}>
          <div className="grow"><Field label={t("keys.tokenName")}>{(ids) => <input {...ids} className="input" name="name" maxLength={80} required />}</Field></div>
          <button type="submit" className="button" style={{ alignSelf: "flex-end" }}>{t("keys.tokenMake")}</button>
        </form>
      </div>
    </Card>
  );
}

function Look() {
  const { t } = useTranslation();
  const rise = useRise();
  return (
    <Card title={t("keys.lookTitle")}>
      <div className="row wide">
        <Segments label={t("keys.rise")} value={rise} onChange={chooseRise} options={[{ value: "red", label: t("keys.riseRed") }, { value: "green", label: t("keys.riseGreen") }]} />
        <span className="row tight"><Preferences /></span>
      </div>
    </Card>
  );
}
