/** The queue of applications: those that wait first. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RegistrationRow } from "@/api/administration";
import { useList } from "@/api/lists";
import { useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { List } from "@/ui/List";
import { Segments } from "@/ui/Segments";
import { Empty } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

export const REGISTRATION_TONES: Record<string, Tone> = { submitted: "warn", supplement: "neutral", approved: "primary", active: "ok", rejected: "danger", suspended: "danger" };
const STATES = ["submitted", "approved", "active", "all"] as const;

export function Page() {
  const { t } = useTranslation();
  const term = useTerm();
  const navigate = useNavigate();
  const [state, setState] = useState<(typeof STATES)[number]>("submitted");
  const query = useList<RegistrationRow>("registrations/", { state: state === "all" ? null : state }, { refetchInterval: 15_000 });
  return (
    <>
      <PageHead title={t("registrations.title")}>
        <Segments label={t("registrations.state")} value={state} onChange={setState}
          options={STATES.map((each) => ({ value: each, label: each === "all" ? t("ui.all") : term("RegistrationState", each) }))} />
      </PageHead>
      <Card flush>
        <List query={query} rowKey={(row) => row.id} label={t("registrations.title")}
          empty={<Empty title={t("registrations.none")}>{t("registrations.noneText")}</Empty>}
          onOpen={(row) => void navigate({ to: "/registrations/$registration", params: { registration: row.id } })}
          columns={[
            { key: "organisation", title: t("registrations.organisation"), render: (row) => <span className="strong">{row.organisation}</span> },
            { key: "kind", title: t("registrations.kind"), render: (row) => term("AccountKind", row.kind) },
            { key: "usci", title: t("register.uscc"), render: (row) => <span className="mono">{row.usci || "—"}</span> },
            { key: "contact", title: t("registrations.contact"), render: (row) => `${row.contact} · ${term("Role", row.role)}` },
            { key: "at", title: t("registrations.at"), render: (row) => <Instant at={row.created_at} /> },
            { key: "state", title: t("registrations.state"), render: (row) => <StatusPill tone={REGISTRATION_TONES[row.state] ?? "neutral"}>{term("RegistrationState", row.state)}</StatusPill> },
          ]} />
      </Card>
    </>
  );
}
