/** The meters of a report's plant with what each counted; each opens down to its signed readings. */
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { enterpriseDoor, metersBehind, ownDoor, type Door } from "@/api/basis";
import { useMyself } from "@/api/me";
import { useNamed, useTerm } from "@/labels";
import { PurposeForm } from "@/pages/regulator/PurposeForm";
import { Card } from "@/ui/Card";
import { Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { Answer } from "@/ui/states";
import { Basis } from "./Grounded";

/** An enterprise's own at once; a regulator says why first. */
export function MetersBehind({ account, plant, period }: { account: string; plant: string; period: string }) {
  const { t } = useTranslation();
  const me = useMyself();
  const [purpose, setPurpose] = useState("");
  const own = me.account === account;
  return (
    <Card title={t("basis.meters")} flush={own || purpose !== ""} note={own || purpose ? t("basis.metersText") : undefined}>
      {own || purpose
        ? <Meters door={own ? ownDoor(plant) : enterpriseDoor(account, plant, purpose)} period={period} />
        : <><p className="small">{t("basis.purpose")}</p><PurposeForm onPurpose={setPurpose} /></>}
    </Card>
  );
}

function Meters({ door, period }: { door: Door; period: string }) {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  const [meter, setMeter] = useState("");
  const month = period.includes("-") ? period : `${period}-12`;
  const query = useQuery({ queryKey: ["basis", door, month], queryFn: () => metersBehind(door, month), staleTime: 60_000 });
  return (
    <>
      <Answer query={query}>
        {(data) => (
          <Rows rows={data.results} rowKey={(row) => row.meter} label={t("basis.meters")} onOpen={(row) => setMeter(row.meter)}
            columns={[
              { key: "meter", title: t("period.meters"), render: (row) => <button type="button" className="button plain small" onClick={() => setMeter(row.meter)}>{named(row)}</button> },
              { key: "slug", title: "", render: (row) => <span className="mono">{row.meter}</span> },
              ...(period.includes("-") ? [
                { key: "quantity", title: t("basis.quantity"), right: true, render: (row: (typeof data.results)[number]) => <Num value={row.quantity} unit={term("Unit", row.unit)} /> },
                { key: "signed", title: t("basis.signed"), right: true, render: (row: (typeof data.results)[number]) => <span className="num">{row.signed} / {row.readings}</span> },
              ] : []),
            ]} />
        )}
      </Answer>
      {meter ? <Suspense fallback={null}><Basis door={door} meter={meter} period={period} onClose={() => setMeter("")} /></Suspense> : null}
    </>
  );
}
