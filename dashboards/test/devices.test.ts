/** A device's public key as pasted, the register's size, an hour's state, consumption as drawn. */
import { describe, expect, it } from "vitest";
import { publicKeyOf } from "@/api/devices";
import type { DayHour } from "@/api/watching";
import { stateOfHour } from "@/pages/enterprise/HourGrid";
import { summedUp } from "@/pages/enterprise/MeterSeries";
import { turnsOver } from "@/pages/enterprise/NewMeterForm";

const ED = `302a300506032b6570032100${"ab".repeat(32)}`;
const P256 = `3059301306072a8648ce3d020106082a8648ce3d030107034200${"cd".repeat(65)}`;
const pem = (hex: string, label = "PUBLIC KEY") => `-----BEGIN ${label}-----\n${btoa(String.fromCharCode(...hex.match(/../g)!.map((pair) => Number.parseInt(pair, 16))))}\n-----END ${label}-----`;

describe("a pasted public key", () => {
  it("is read from base64, bare or with the name that the agent prints it under", () => {
    const base64 = btoa(String.fromCharCode(...ED.match(/../g)!.map((pair) => Number.parseInt(pair, 16))));
    expect(publicKeyOf(base64)).toEqual({ algorithm: "ed25519", spki: ED });
    expect(publicKeyOf(`"spki": "${base64}",`)).toEqual({ algorithm: "ed25519", spki: ED });
  });
  it("is read from PEM and from hex, of both kinds", () => {
    expect(publicKeyOf(pem(ED))).toEqual({ algorithm: "ed25519", spki: ED });
    expect(publicKeyOf(P256.toUpperCase())).toEqual({ algorithm: "p256", spki: P256 });
  });
  it.each([pem(ED, "PRIVATE KEY"), "hello", "", ED.slice(2), pem("00ff"), "-----BEGIN PUBLIC KEY-----\n%%%\n-----END PUBLIC KEY-----"])("%s is none", (text) => expect(publicKeyOf(text)).toBeNull());
});

describe("the size of a register", () => {
  it.each([["0.01", "10", "100000000"], ["1", "6", "1000000"], ["0.00000001", "1", "0.0000001"], ["0.5", "1", "5"], ["x", "4", "—"], ["1", "0", "—"], ["1", "19", "—"]])("%s with %s digits turns over at %s", (least, digits, size) => expect(turnsOver(least, digits)).toBe(size));
});

describe("an hour of a meter", () => {
  const hour = (given: Partial<DayHour>): DayHour => ({ quantity: "1.00", complete: 4, expected: 4, estimated: false, ambiguous: false, version: 1, ...given });
  it("is full, running, short of readings, estimated, doubtful, silent or to come; a doubt outweighs a lack", () => {
    expect(stateOfHour(hour({}), true)).toBe("full");
    expect(stateOfHour(hour({ complete: 3 }), true)).toBe("part");
    expect(stateOfHour(hour({ complete: 3 }), false)).toBe("running");
    expect(stateOfHour(hour({}), false)).toBe("running");
    expect(stateOfHour(hour({ complete: 0, estimated: true }), true)).toBe("estimated");
    expect(stateOfHour(hour({ estimated: true, ambiguous: true }), true)).toBe("ambiguous");
    expect(stateOfHour(null, true)).toBe("nothing");
    expect(stateOfHour(null, false)).toBe("future");
  });
});

describe("consumption that is summed already", () => {
  it("is drawn as it is, with its gaps", () => {
    const points = [{ at: "2026-06-01T16:00:00+00:00", quantity: "12.5", estimated: false, ambiguous: false }, { at: "2026-06-03T16:00:00+00:00", quantity: "0", estimated: true, ambiguous: false }];
    expect(summedUp({ by: "day", unit: "t", points })).toEqual([[Date.parse("2026-06-01T16:00:00Z"), 12.5], [Date.parse("2026-06-02T16:00:00Z"), null], [Date.parse("2026-06-03T16:00:00Z"), 0]]);
  });
});
