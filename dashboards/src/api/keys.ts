/** Further keys of a person: a challenge, the new key with its proof, bound by a key that she has bound already. */
import { post } from "@/lib/fetch";
import { intentText, proveKey, signIntent, type Intent, type SignedIntent, type Signer } from "@/lib/intents";
import { forget, keepKeys, makeDeviceKeys, recoveryKey, type StoredKey, type StoredPerson } from "@/lib/keys";
import { toBase64Url, type Canonical } from "@/lib/canonical";
import { problemFrom, type Problem } from "@/lib/problem";
import { codeLines, seedOfCode, type CodeRefusal } from "@/lib/recovery";
import { no, ok, type Result } from "@/lib/result";
import type { Accepted } from "./intents";
import type { Me } from "./me";

export interface NewKey {
  use: string;
  spki: string;
  proof: { intent: string; signature: string } | null;
}

interface Draft {
  token: string;
  challenge: string;
  network: string;
}

/** Why a typed code does not help: it is not a code, or not one that this account still knows. */
export type RecoveryRefusal = CodeRefusal | { name: "code_unknown" | "code_ended" };
export type RecoveryFault = { code: RecoveryRefusal } | { problem: Problem };

export interface Recovered {
  device: StoredPerson;
  intents: string[];
}

const signerOf = (me: Me): Signer => ({ network: me.network, account: me.account, person: me.person.id });
const begin = () => post<Draft>("keys/draft/");

async function proved(me: Me, draft: Draft, key: StoredKey, use: "sign" | "recover"): Promise<NewKey> {
  const made = await proveKey(signerOf(me), key, use, draft.challenge);
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

// The text to sign leaves out what is not there, as all intents do.
const argsOf = ({ use, spki, proof }: NewKey): Canonical => (proof ? { use, spki, proof } : { use, spki });
const bindIntent = (me: Me, key: NewKey): Intent => ({ name: "bind_key", args: { person: me.person.id, key: argsOf(key) } });

async function bind(me: Me, draft: Draft, key: NewKey, by: StoredKey): Promise<string> {
  const text = intentText(signerOf(me), bindIntent(me, key));
  if (!text.ok) throw new Error(text.error);
  const signed = await signIntent(by, text.value);
  return (await post<Accepted>("keys/", { ...signed, token: draft.token, key })).intent_id;
}

/** The recovery key of a typed code, if the account still has it bound. */
async function keyOfCode(me: Me, code: string): Promise<Result<StoredKey, RecoveryRefusal>> {
  const seed = await seedOfCode(code);
  if (!seed.ok) return seed;
  const key = await recoveryKey(seed.value);
  const known = me.keys.find((each) => each.fingerprint === key.fingerprint && each.use === "recover");
  if (!known) return no({ name: "code_unknown" });
  return known.status === "bound" ? ok(key) : no({ name: "code_ended" });
}

/**
 * New keys for this device, bound by the key of the printed code; gives the intents to follow. The keys are on
 * disk before the ledger hears of them: a key that is bound and lost would help nobody.
 */
export async function recover(me: Me, code: string): Promise<Result<Recovered, RecoveryFault>> {
  const recovery = await keyOfCode(me, code);
  if (!recovery.ok) return no({ code: recovery.error });
  const device = await makeDeviceKeys(me.person.id);
  try {
    await keepKeys(device);
    const draft = await begin();
    const sign = await bind(me, draft, await proved(me, draft, device.sign, "sign"), recovery.value);
    const spki = toBase64Url(device.decrypt!.spki);
    const decrypt = await bind(me, draft, { use: "decrypt", spki, proof: null }, recovery.value);
    return ok({ device, intents: [sign, decrypt] });
  } catch (error) {
    await forget(me.person.id);
    return no({ problem: problemFrom(error) });
  }
}

export interface NewCode {
  lines: string[];
  fingerprint: string;
  intent: Intent;
  send: (signed: SignedIntent) => Promise<Accepted>;
}

/** A fresh recovery code, and what this device signs to bind its key. */
export async function newCode(me: Me): Promise<NewCode> {
  const seed = crypto.getRandomValues(new Uint8Array(16));
  const [draft, key, lines] = [await begin(), await recoveryKey(seed), await codeLines(seed)];
  const proof = await proved(me, draft, key, "recover");
  return {
    lines,
    fingerprint: key.fingerprint,
    intent: bindIntent(me, proof),
    send: (signed) => post<Accepted>("keys/", { ...signed, token: draft.token, key: proof }),
  };
}

export const unbindIntent = (me: Me, fingerprint: string): Intent => ({ name: "unbind_key", args: { person: me.person.id, fingerprint } });
export const sendUnbinding = (fingerprint: string, signed: SignedIntent) => post<Accepted>(`keys/${fingerprint}/unbinding/`, signed);
