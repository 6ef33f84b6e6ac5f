/** A device's public key as pasted, the register's size, the line that publishes. */
import { describe, expect, it } from "vitest";
import { publicKeyOf, publishLine } from "@/api/devices";
import { turnsOver } from "@/pages/enterprise/NewMeterForm";

const ED = `302a300506032b6570032100${"ab".repeat(32)}`;
const P256 = `3059301306072a8648ce3d020106082a8648ce3d030107034200${"cd".repeat(65)}`;
const pem = (hex: string, label = "PUBLIC KEY") => `-----BEGIN ${label}-----\n${btoa(String.fromCharCode(...hex.match(/../g)!.map((pair) => Number.parseInt(pair, 16))))}\n-----END ${label}-----`;

describe("a pasted public key", () => {
  it("is read from PEM and from hex, of both kinds", () => {
    expect(publicKeyOf(pem(ED))).toEqual({ algorithm: "ed25519", spki: ED });
    expect(publicKeyOf(P256.toUpperCase())).toEqual({ algorithm: "p256", spki: P256 });
  });
  it.each([pem(ED, "PRIVATE KEY"), "hello", "", ED.slice(2), pem("00ff"), "-----BEGIN PUBLIC KEY-----\n%%%\n-----END PUBLIC KEY-----"])("%s is none", (text) => expect(publicKeyOf(text)).toBeNull());
});

describe("the size of a register", () => {
  it.each([["0.01", "10", "100000000"], ["1", "6", "1000000"], ["0.00000001", "1", "0.0000001"], ["0.5", "1", "5"], ["x", "4", "—"], ["1", "0", "—"], ["1", "19", "—"]])("%s with %s digits turns over at %s", (least, digits, size) => expect(turnsOver(least, digits)).toBe(size));
});

describe("the line that publishes", () => {
  const broker = { host: "broker.example", port: 8883, tls: true };
  it("names broker, sign-in and topic", () => {
    const line = publishLine("v1/t_1.gw/p/m/r", "t", { broker, username: "t_1.gw", password: "secret" });
    for (const part of ["-h broker.example", "-p 8883", "--tls-use-os-certs", "-u t_1.gw", "-P 'secret'", "-t v1/t_1.gw/p/m/r"]) expect(line).toContain(part);
  });
  it("holds no password where there is none", () => expect(publishLine("t", "t", { broker, username: "u", password: null })).toContain('-P "$MQTT_PASSWORD"'));
});
