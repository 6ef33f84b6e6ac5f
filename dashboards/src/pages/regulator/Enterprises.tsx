import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { enterprises } from "@/api/oversight";
import { Card, PageHead } from "@/ui/Card";
import { Answer, Empty } from "@/ui/states";
import { EnterpriseRows } from "./Wall";

export function Page() {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const query = useQuery({ queryKey: ["enterprises"], queryFn: enterprises });
  return (
    <>
      <PageHead title={t("menu.enterprises")}>
        <input className="input short" type="search" aria-label={t("enterprises.filter")} placeholder={t("enterprises.filter")} value={words} onChange={(event) => setWords(event.target.value)} />
      </PageHead>
      <Card flush>
        <Answer query={query} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="factory" title={t("enterprises.none")} />}>
          {(data) => <EnterpriseRows rows={data.results.filter((row) => `${row.name} ${row.account} ${row.sector}`.toLowerCase().includes(words.trim().toLowerCase()))} />}
        </Answer>
      </Card>
    </>
  );
}
