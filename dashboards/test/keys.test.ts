import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "@/lib/canonical";
import { intentText, notAfter, proveKey, signIntent } from "@/lib/intents";
import { holds, keyState, makeDeviceKeys, readKeyFile } from "@/lib/keys";

function pair(curve = "P-256") {
  const made = generateKeyPairSync("ec", { namedCurve: curve });
  const spki = new Uint8Array(made.publicKey.export({ type: "spki", format: "der" }));
  return { made, spki, pem: made.privateKey.export({ type: "pkcs8", format: "pem" }) as string };
}
const SIGNER = { network: "ab".repeat(32), account: "acc_1", person: "per_1" };

describe("a key file", () => {
  it("is read when it holds the bound signing key, and signs", async () => {
    const { spki, pem } = pair();
    const fingerprint = await sha256Hex(spki);
    const found = await readKeyFile(pem, "per_1", [{ fingerprint, use: "sign", status: "bound" }]);
    if (!found.ok) throw new Error(found.error);
    expect(found.value.sign.fingerprint).toBe(fingerprint);
    expect(found.value.sign.key.extractable).toBe(false);
    const text = intentText(SIGNER, { name: "list", args: { listing: "l1" } });
    if (!text.ok) throw new Error(text.error);
    const signed = await signIntent(found.value.sign, text.value);
    expect(signed.signature).toHaveLength(86);
    expect(await holds(spki, signed.intent, signed.signature)).toBe(true);
    expect(await holds(spki, `${signed.intent} `, signed.signature)).toBe(false);
  });
  it("may hold the decrypting key beside it", async () => {
    const [one, two] = [pair(), pair()];
    const bound = [
      { fingerprint: await sha256Hex(one.spki), use: "sign", status: "bound" },
      { fingerprint: await sha256Hex(two.spki), use: "decrypt", status: "bound" },
    ];
    const found = await readKeyFile(one.pem + two.pem, "per_1", bound);
    expect(found.ok && found.value.decrypt?.key.algorithm.name).toBe("ECDH");
  });
  it.each([
    ["file_no_pem", () => "hello"],
    ["file_sec1", () => pair().made.privateKey.export({ type: "sec1", format: "pem" }) as string],
    ["file_encrypted", () => pair().made.privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }) as string],
    ["file_public", () => pair().made.publicKey.export({ type: "spki", format: "pem" }) as string],
    ["file_certificate", () => "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"],
    ["file_too_big", () => "x".repeat(20_000)],
    ["file_not_p256", () => pair("P-384").pem],
    ["file_not_p256", () => "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"],
    ["file_not_bound", () => pair().pem],
  ])("is refused as %s", async (reason, make) => {
    expect(await readKeyFile(make(), "per_1", [])).toEqual({ ok: false, error: reason });
  });
});

describe("the state of this device", () => {
  it("is one of the states that the page explains", async () => {
    Object.defineProperty(globalThis, "indexedDB", { value: {}, configurable: true });
    const keys = await makeDeviceKeys("per_1");
    const bound = [{ fingerprint: keys.sign.fingerprint, use: "sign", status: "bound" }];
    expect(keyState(null, bound, true)).toBe("no_key");
    expect(keyState(keys, [], true)).toBe("not_bound");
    expect(keyState(keys, [{ fingerprint: keys.sign.fingerprint, use: "recover", status: "bound" }], true)).toBe("not_bound");
    expect(keyState(keys, bound, false)).toBe("may_be_cleared");
    expect(keyState(keys, bound, true)).toBe("ready");
  });
  it("is insecure where the browser withholds WebCrypto", () => {
    const real = globalThis.crypto;
    Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
    expect(keyState(null, [], true)).toBe("insecure");
    Object.defineProperty(globalThis, "crypto", { value: real, configurable: true });
  });
});

describe("an intent", () => {
  const now = new Date("2026-11-25T10:00:00.500Z");
  it("is canonical text with every field that the ledger checks", () => {
    const found = intentText(SIGNER, { name: "take", args: { coins: [], takes: [] } }, { id: "i1", now });
    expect(found.ok && found.value).toBe(
      `{"account":"acc_1","args":{"coins":[],"takes":[]},"id":"i1","name":"take","network":"${"ab".repeat(32)}","not_after":"2026-11-25T10:10:00Z","person":"per_1","v":1}`,
    );
  });
  it("lives ten minutes for orders and seven days for the rest", () => {
    expect(notAfter("list", now)).toBe("2026-11-25T10:10:00Z");
    expect(notAfter("approve_and_mint", now)).toBe("2026-12-02T10:00:00Z");
  });
  it.each(["\u202e", "\u200b", "\u0000", "\ufeff", "\u2028"])("refuses text that shows otherwise than it is (%j)", (char) => {
    expect(intentText(SIGNER, { name: "list", args: { a: [{ b: `x${char}` }] } })).toEqual({ ok: false, error: "unsafe_text" });
  });
  it("proves possession of a new key with that key", async () => {
    const keys = await makeDeviceKeys("per_1");
    const found = await proveKey(SIGNER, keys.sign, "sign", "challenge");
    if (!found.ok) throw new Error(found.error);
    expect(await holds(keys.sign.spki, found.value.proof.intent, found.value.proof.signature)).toBe(true);
    expect(JSON.parse(found.value.proof.intent)).toMatchObject({ name: "prove_key", args: { use: "sign", key: found.value.spki, challenge: "challenge" } });
  });
});
