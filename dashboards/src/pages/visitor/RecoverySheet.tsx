/** The printed code, shown once; one line is asked back before the person may go on. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Fact, Facts } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Notice } from "@/ui/states";
import "./sheet.css";

// The third line: whoever kept only the beginning is caught.
const ASKED = 2;

export function RecoverySheet({ lines, fingerprint, person, network, kept, onKept }: {
  lines: readonly string[];
  fingerprint: string;
  person: string;
  network: string;
  kept: boolean;
  onKept: () => void;
}) {
  const { t } = useTranslation();
  const [wrong, setWrong] = useState(false);
  const check = (typed: string) => {
    const clean = typed.toUpperCase().replace(/[\s-]/g, "");
    if (clean.length < 8) return setWrong(false);
    const good = clean === lines[ASKED];
    setWrong(!good);
    if (good) onKept();
  };
  return (
    <div className="stack">
      <div className="sheet">
        <h3>{t("keys.codeTitle")}</h3>
        <p className="small">{t("keys.codeIntro")}</p>
        <ol className="code-lines" data-testid="recovery-code">{lines.map((line) => <li key={line}><span>{line.slice(0, 4)}</span><span>{line.slice(4)}</span></li>)}</ol>
        <Facts>
          <Fact label={t("keys.person")}><span className="mono">{person}</span></Fact>
          <Fact label={t("keys.fingerprint")}><span className="mono">{fingerprint.slice(0, 16)}</span></Fact>
          <Fact label={t("keys.network")}><span className="mono">{network.slice(0, 8)}</span></Fact>
          <Fact label={t("keys.use")}>{t("keys.codePurpose")}</Fact>
        </Facts>
        <div><button type="button" className="button small no-print" onClick={() => print()}><Icon name="file" size={15} />{t("keys.codePrint")}</button></div>
      </div>
      {kept ? (
        <Notice tone="ok" icon="check">{t("keys.state.ready.title")}</Notice>
      ) : (
        <Field label={t("keys.codeAsk", { line: ASKED + 1 })} fault={wrong ? t("keys.codeWrong", { line: ASKED + 1 }) : null}>
          {(ids) => <input {...ids} className="input short mono" autoComplete="off" spellCheck={false} onChange={(event) => check(event.target.value)} />}
        </Field>
      )}
    </div>
  );
}
