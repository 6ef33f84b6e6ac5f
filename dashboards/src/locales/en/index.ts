import type { Dict } from "@/locales/zh";
import { accounting } from "./accounting";
import { administration } from "./administration";
import { compliance } from "./compliance";
import { deals } from "./deals";
import { devices } from "./devices";
import { general } from "./general";
import { keys } from "./keys";
import { ledger } from "./ledger";
import { market } from "./market";
import { modelling } from "./modelling";
import { oversight } from "./oversight";
import { people } from "./people";
import { recompute } from "./recompute";
import { review } from "./review";
import { trial } from "./trial";
import { visitor } from "./visitor";

export const en: Dict = { ...general, ...visitor, ...trial, ...keys, ...accounting, ...market, ...modelling, ...review, ...recompute, ...oversight, ...administration, ...people, ...compliance, ...deals, ...devices, ...ledger };
