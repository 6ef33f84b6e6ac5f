/** What the inspectors record on site: place, seals beside the registered ones, photographs. Works without a network and sends later. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/accounting";
import { caseEvidenceUrl, keepOnSite, onSite, sendPhoto, type OnSite } from "@/api/cases";
import { can, useMyself } from "@/api/me";
import { useWords } from "@/labels";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import { changeVisit, sendVisit, type Change, type KeptVisit } from "@/lib/visits";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Answer, ErrorCard, Notice } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

const TONES: Record<OnSite["seals"][number]["outcome"], Tone> = { same: "ok", differs: "danger", unregistered: "warn", unseen: "neutral" };
const UNREACHED = new Set(["offline", "timeout"]);

export function SiteVisit({ row }: { row: Case }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["case", row.id, "on-site", row.log.length], queryFn: () => onSite(row.id), placeholderData: (before) => before });
  return (
    <Card title={t("visit.title")} note={t("visit.note")}>
      <Answer query={query} rows={4}>{(data) => <Record row={row} told={data} />}</Answer>
    </Card>
  );
}

/** The answer of a request as what went wrong with it. */
const failureOf = async (answer: Promise<Result<unknown, Problem>>): Promise<Problem | null> => {
  const said = await answer;
  return said.ok ? null : said.error;
};

function useKept(row: Case, person: string) {
  const client = useQueryClient();
  const key = `${row.id} ${person}`;
  const [visit, setVisit] = useState<KeptVisit>({ key, draft: null, photos: [] });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [unkept, setUnkept] = useState(false);
  const busy = useRef(false);
  const change = useCallback(async (of: Change) => {
    const after = await changeVisit(key, of);
    setVisit(after);
    return after;
  }, [key]);
  const send = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    let some = false;
    const noted = (said: Problem | null) => { some ||= said === null; return said; };
    try {
      setProblem(await sendVisit(change, {
        draft: async (draft) => noted(await failureOf(keepOnSite(row.id, draft))),
        photo: async (photo) => noted(await failureOf(sendPhoto(row.id, photo))),
      }));
      setUnkept(false);
    } catch {
      // The browser does not open its storage: said on the page, where nothing that is typed is kept.
      setUnkept(true);
    } finally {
      busy.current = false;
    }
    if (some) await client.invalidateQueries({ queryKey: ["case", row.id] });
  }, [change, client, row.id]);
  useEffect(() => {
    void send();
    const again = () => void send();
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [send]);
  const keep = async (of: Change) => {
    try {
      await change(of);
    } catch {
      setUnkept(true);
      return;
    }
    await send();
  };
  const discard = async () => {
    await keep((before) => ({ ...before, draft: null, photos: [] }));
    setProblem(null);
  };
  return { visit, problem, unkept, keep, send, discard };
}

function Record({ row, told }: { row: Case; told: OnSite }) {
  const { t } = useTranslation();
  const words = useWords();
  const me = useMyself();
  const writes = can(me, "lead_verification") && told.open;
  const { visit, problem, unkept, keep, send, discard } = useKept(row, me.person.id);
  const draft = visit.draft;
  const save = (form: HTMLFormElement) => {
    const given = new FormData(form);
    const seals = Object.fromEntries(told.seals.map((each) => [each.meter, String(given.get(`seal.${each.meter}`) ?? "").trim()]));
    void keep((before) => ({ ...before, draft: { place: String(given.get("place") ?? "").trim(), seals, captured_at: new Date().toISOString() } }));
  };
  const add = (files: FileList | null) => {
    const taken = [...(files ?? [])].map((file) => ({ id: crypto.randomUUID(), title: file.name.replace(/\.[^.]+$/, "").slice(0, 120), file, captured_at: new Date(file.lastModified).toISOString() }));
    if (taken.length > 0) void keep((before) => ({ ...before, photos: [...before.photos, ...taken] }));
  };
  return (
    <div className="stack" data-visit={told.open ? "open" : "recorded"}>
      {draft || visit.photos.length > 0 ? (
        <Notice tone="warn" icon="alert">
          <strong>{t("visit.unsent", { n: visit.photos.length + (draft ? 1 : 0) })}</strong>
          <p className="small">{t("visit.unsentText")}</p>
          <div className="row"><button type="button" className="button small" onClick={() => void send()}>{t("visit.send")}</button>{problem && !UNREACHED.has(problem.refusal) ? <button type="button" className="button small danger" onClick={() => void discard()}>{t("visit.discard")}</button> : null}</div>
        </Notice>
      ) : null}
      {unkept ? <Notice tone="danger" icon="alert"><strong>{t("visit.unkept")}</strong><p className="small">{t("visit.unkeptText")}</p></Notice> : null}
      {problem && !UNREACHED.has(problem.refusal) ? <ErrorCard problem={problem} /> : null}
      <form key={`${told.at ?? ""}${draft ? draft.captured_at : ""}`} className="stack" onSubmit={(event) => { event.preventDefault(); save(event.currentTarget); }}>
        {writes ? (
          <Field label={t("visit.place")} hint={t("visit.placeHint")}>{(ids) => <input {...ids} className="input" name="place" maxLength={200} required defaultValue={draft?.place ?? told.place} />}</Field>
        ) : <p className="wrap-anywhere"><span className="muted small">{t("visit.place")}</span> {told.place || t("visit.nothing")}</p>}
        {told.captured_at ? <p className="small muted">{t("visit.captured")} <Instant at={told.captured_at} /> · {t("visit.arrived")} <Instant at={told.at ?? ""} /></p> : null}
        <h3>{t("visit.seals")}</h3>
        {told.seals.length === 0 ? <p className="small muted">{t("visit.noMeters")}</p> : (
          <ul className="verdicts">
            {told.seals.map((each) => (
              <li key={each.meter} data-outcome={each.outcome}>
                <span className="stack close"><span>{words(each)} <span className="mono muted">{each.meter}</span></span><span className="small muted wrap-anywhere">{t("visit.registered")} {each.registered || t("visit.none")}</span></span>
                <span className="row tight">
                  {writes ? <input className="input" name={`seal.${each.meter}`} aria-label={`${t("visit.seen")} ${words(each)}`} placeholder={t("visit.seen")} maxLength={80} defaultValue={draft?.seals[each.meter] ?? each.seen} /> : <span className="mono">{each.seen || "—"}</span>}
                  <StatusPill tone={TONES[each.outcome]}>{t(`visit.${each.outcome}`)}</StatusPill>
                </span>
              </li>
            ))}
          </ul>
        )}
        {writes ? <div className="row"><button type="submit" className="button">{t("visit.save")}</button></div> : null}
      </form>
      <h3>{t("visit.photos")}</h3>
      {told.photos.length + visit.photos.length === 0 ? <p className="small muted">{t("visit.noPhotos")}</p> : (
        <ul className="stack tight">
          {told.photos.map((each) => <li key={each.id} className="row small"><a href={caseEvidenceUrl(row.id, each.id)} className="row tight wrap-anywhere"><Icon name="file" size={14} />{each.title}</a><Instant at={each.captured_at} /><span className="mono muted">{each.sha256.slice(0, 16)}</span></li>)}
          {visit.photos.map((each) => <li key={each.id} className="row small"><span className="wrap-anywhere">{each.title}</span><Instant at={each.captured_at} /><StatusPill tone="warn">{t("visit.here")}</StatusPill></li>)}
        </ul>
      )}
      {writes ? <label className="button small" style={{ alignSelf: "flex-start" }}><Icon name="file" size={14} />{t("visit.addPhoto")}<input type="file" className="sr" accept="image/png,image/jpeg" capture="environment" multiple onChange={(event) => { add(event.target.files); event.target.value = ""; }} /></label> : null}
    </div>
  );
}
