import { describe, expect, it, vi } from "vitest";
import { ask, csrfToken } from "@/lib/fetch";
import { codeFault } from "@/lib/uscc";

function answering(status: number, body: unknown) {
  const spy = vi.fn<typeof fetch>(async () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", spy);
  return spy;
}

describe("asking the server", () => {
  it("sends the CSRF token and an Idempotency-Key with writes only", async () => {
    document.cookie = "csrftoken=abc";
    const spy = answering(200, {});
    await ask("POST", "listings/", { body: { a: "1" }, idempotencyKey: "k" });
    await ask("GET", "me/", { query: { cursor: null, page: "2" } });
    const [first, second] = spy.mock.calls;
    expect(first?.[0]).toBe("/api/v1/listings/");
    expect(first?.[1]?.headers).toMatchObject({ "X-CSRFToken": "abc", "Idempotency-Key": "k", "Content-Type": "application/json" });
    expect(second?.[0]).toBe("/api/v1/me/?page=2");
    expect(Object.keys(second?.[1]?.headers ?? {})).toEqual(["Accept"]);
  });
  it("reads the four parts of a problem", async () => {
    answering(409, { refusal: "period_changed", case: 12, what: { zh: "变", en: "changed" }, detail: "d", errors: { name: ["bad"] } });
    const answer = await ask("POST", "x/");
    expect(answer).toMatchObject({ ok: false, error: { status: 409, refusal: "period_changed", case: "12", what: { en: "changed" }, meaning: null, fields: { name: ["bad"] } } });
  });
  it("makes a problem of an answer that is no JSON", async () => {
    answering(502, "<html>");
    expect(await ask("GET", "x/")).toMatchObject({ ok: false, error: { status: 502, refusal: "http_502" } });
  });
  it("tells a lost connection from a late one", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    expect(await ask("GET", "x/")).toMatchObject({ ok: false, error: { refusal: "offline" } });
    vi.stubGlobal("fetch", async () => Promise.reject(new DOMException("late", "TimeoutError")));
    expect(await ask("GET", "x/")).toMatchObject({ ok: false, error: { refusal: "timeout" } });
  });
  it("finds the token among other cookies", () => {
    expect(csrfToken("a=1; csrftoken=xyz; b=2")).toBe("xyz");
    expect(csrfToken("xcsrftoken=1")).toBe("");
  });
});

describe("the social credit code", () => {
  it.each([["91110000710926094P", null], ["911100007109260941", "uscc_check"], ["9111000071092609", "uscc_length"], ["91110000710926094I", "uscc_character"], ["9111000071092609OP", "uscc_character"]])(
    "%s gives %s",
    (code, fault) => expect(codeFault(code)).toBe(fault),
  );
});
