import type { Dict } from "@/locales/zh";
import { accounting } from "./accounting";
import { administration } from "./administration";
import { general } from "./general";
import { keys } from "./keys";
import { ledger } from "./ledger";
import { market } from "./market";
import { oversight } from "./oversight";
import { review } from "./review";
import { visitor } from "./visitor";

export const en: Dict = { ...general, ...visitor, ...keys, ...accounting, ...market, ...review, ...oversight, ...administration, ...ledger };
