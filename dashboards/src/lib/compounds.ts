/** Chemical compounds in words as print writes them: CO₂ for CO2. The same rule as the reports' (`accounting.domain.exact`). */
const ELEMENT = "(?:Al|Ba|Ca|Cl|Fe|Li|Mg|Mn|Na|Si|Sr|C|F|H|K|N|O|S)";
const PART = `(?:${ELEMENT}[0-9]?)`;
// Two elements or more with a number, also as tCO2e, and no name of a stream.
const COMPOUND = new RegExp(`(?<![A-Za-z0-9])(?:k?[gt])?${PART}+(?:${PART}|\\(${PART}{2,}\\)[0-9])(?=e?(?![A-Za-z0-9]))`, "g");

export const compounds = (text: string): string => text.replace(COMPOUND, (found) => found.replace(/[0-9]/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]!));
