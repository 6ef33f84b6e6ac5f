/** Unified social credit identifier (GB 32100-2015): 18 characters, the last a check character modulo 31. */
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const MODULUS = 31;

/** The check character that belongs to the first 17 characters; null when one is not of the alphabet. */
export function checkCharacter(first17: string): string | null {
  let sum = 0;
  let weight = 1;
  for (const char of first17) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return null;
    sum += value * weight;
    weight = (weight * 3) % MODULUS;
  }
  return ALPHABET[(MODULUS - (sum % MODULUS)) % MODULUS] ?? null;
}

export type CodeFault = "uscc_length" | "uscc_character" | "uscc_check";

export function codeFault(text: string): CodeFault | null {
  if (text.length !== 18) return "uscc_length";
  const expected = checkCharacter(text.slice(0, 17));
  if (expected === null || !ALPHABET.includes(text[17]!)) return "uscc_character";
  return expected === text[17] ? null : "uscc_check";
}
