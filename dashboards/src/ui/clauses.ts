/** Clauses as a reader understands them: the source's own Chinese, or its English wording, which only English pages load. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

/** A clause in the language of the page; an enterprise's own words stay as they are. */
export function useClause(): (clause: string) => string {
  const { i18n } = useTranslation();
  const english = i18n.language === "en";
  const { data, isPending } = useQuery({
    queryKey: ["clauses"],
    queryFn: () => import("@/locales/en/clauses.gen").then((module) => module.clauses),
    enabled: english,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  // For the moment until the words are there, nothing is said rather than in the other language.
  return (clause) => (!english ? clause : isPending ? "…" : (data?.[clause] ?? clause));
}
