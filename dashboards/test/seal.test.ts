import { describe, expect, it } from "vitest";
import { fromHex, toBase64Url } from "@/lib/canonical";
import { open, seal } from "@/lib/seal";

const CONTEXT = "report~acc_1~plant_1~2026-05~1";
const PLAIN = '{"salt":"00112233445566778899aabbccddeeff","value":"48213417000"}';
const POINT = fromHex("046657e1ab1407b463bd93d735e93ab0ab358db306d15234bf8704ae349b98624a0ffdaa06e35f0dfa733826534b994b790e58594fe2706bba18a635bad1cf06a1");
const SCALAR = fromHex("976652c5b62186cc3729d7488ebfdb37c52a791651b589ed146cba6a5e6ed0df");
const BOX = fromHex(
  "0104b290a7c960fedaaf1e551325d578c10af47a232e5adca43e5b2496c21e04bb3b2dc178026ea71e045cd89124df7056a4cadc028f903663c8d2b416da0704f5db41d1ed2b926e1d2f9c9ea9ed6287f3ce539bfc75283386796ac2f244704ddaaa6147c5a6da62bd838e01ef9980a467da2ddfe9cad38e1c0f6986cb2787084371f5c5b3e66a3693c3271ef4e0b18d25ece8",
);

const recipient = () =>
  crypto.subtle.importKey(
    "jwk",
    { kty: "EC", crv: "P-256", d: toBase64Url(SCALAR), x: toBase64Url(POINT.slice(1, 33)), y: toBase64Url(POINT.slice(33)) },
    { name: "ECDH", namedCurve: "P-256" },
    false,
    ["deriveBits"],
  );

describe("the sealed box", () => {
  it("opens the vector that Python made", async () => {
    expect(await open(await recipient(), POINT, BOX, CONTEXT)).toEqual({ ok: true, value: PLAIN });
  });
  it("seals what it can open again, 82 bytes longer", async () => {
    const box = await seal(POINT, PLAIN, CONTEXT);
    expect(box.length).toBe(PLAIN.length + 82);
    expect(await open(await recipient(), POINT, box, CONTEXT)).toEqual({ ok: true, value: PLAIN });
  });
  it("does not open under another context", async () => {
    expect(await open(await recipient(), POINT, BOX, "report~acc_2~plant_1~2026-05~1")).toEqual({ ok: false, error: "box_not_for_this_key" });
  });
  it.each([[0, "box_version"], [1, "box_point"], [40, "box_point"], [80, "box_not_for_this_key"], [146, "box_not_for_this_key"]])(
    "refuses a box with a flipped bit at byte %i as %s",
    async (at, reason) => {
      const box = BOX.slice();
      box[at]! ^= 1;
      expect(await open(await recipient(), POINT, box, CONTEXT)).toEqual({ ok: false, error: reason });
    },
  );
  it("refuses what is too short to be a box", async () => {
    expect(await open(await recipient(), POINT, BOX.slice(0, 60), CONTEXT)).toEqual({ ok: false, error: "box_too_short" });
  });
});
