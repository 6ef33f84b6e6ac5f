/** The draw of auditors: what administrator and regulator commit to and open. */
import { useQuery } from "@tanstack/react-query";
import { get, post } from "@/lib/fetch";
import type { SignedIntent } from "@/lib/intents";
import type { ToSign } from "./accounting";
import type { Accepted } from "./intents";
import type { components } from "./schema";

export type Draws = components["schemas"]["AccountingDraws"];
export type DrawRow = components["schemas"]["AccountingDrawRow"];

export const useDraws = () => useQuery({ queryKey: ["draws"], queryFn: () => get<Draws>("draws/"), refetchInterval: 10_000 });
export const commitmentsToSign = () => get<ToSign>("draws/commitments/");
export const sendCommitments = (signed: SignedIntent) => post<Accepted>("draws/commitments/", signed);
export const drawToSign = (period: string) => get<ToSign>(`draws/${period}/opening/`);
export const sendDraw = (period: string, signed: SignedIntent) => post<Accepted>(`draws/${period}/opening/`, signed);
