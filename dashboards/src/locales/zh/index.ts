/** Chinese texts of the pages. The field's own words come from the lexicon, refusals from the server. */
import { accounting } from "./accounting";
import { acts } from "./acts";
import { administration } from "./administration";
import { compliance } from "./compliance";
import { deals } from "./deals";
import { devices } from "./devices";
import { general } from "./general";
import { guide } from "./guide";
import { keys } from "./keys";
import { ledger } from "./ledger";
import { market } from "./market";
import { modelling } from "./modelling";
import { oversight } from "./oversight";
import { people } from "./people";
import { radar } from "./radar";
import { review } from "./review";
import { trial } from "./trial";
import { visitor } from "./visitor";
import type { keeping } from "./keeping";
import type { verifying } from "./verifying";
import type { watching } from "./watching";

export const zh = { ...general, ...visitor, ...trial, ...guide, ...keys, ...accounting, ...market, ...modelling, ...review, ...radar, ...oversight, ...administration, ...people, ...compliance, ...acts, ...deals, ...devices, ...ledger };

type Texts<T> = { [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };
// `watching`, `keeping` and `verifying` come with their pages (withTexts in i18n.ts).
export type Dict = Texts<typeof zh & typeof keeping & typeof verifying & typeof watching>;
