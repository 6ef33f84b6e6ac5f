/** A regulator's own check of a total: the path to the ledger's root, and the box that was sealed to her. */
import { describe, expect, it } from "vitest";
import { checkOpening, type ObligationDraft } from "@/api/obligations";
import { canonical, fromHex, toBase64Url } from "@/lib/canonical";
import { makeDeviceKeys, pointOf } from "@/lib/keys";
import { leafHash, merkleRoot } from "@/lib/merkle";
import { seal } from "@/lib/seal";

const SALT = "00112233445566778899aabbccddeeff";
const CONTEXT = "report~acc_1~plant_1~2026~1";
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const leaf = (name: string, value: string) => {
  const text = canonical({ name, value });
  if (!text.ok) throw new Error("canonical");
  return leafHash(fromHex(SALT), text.value);
};

async function drafted(value: string, boxes: ObligationDraft["boxes"] = []): Promise<ObligationDraft> {
  const leaves = [await leaf("total", "7"), await leaf("line:a", "3"), await leaf("line:b", "4")];
  const opening = { salt: SALT, value, index: 0, path: [hex(leaves[1]!), hex(leaves[2]!)] };
  const act_args = { account: "acc_1", year: 2026, plant_or_entity: "plant_1", version: 1, opening };
  return { name: "propose_action", args: { action: "act_1", act: "set_obligation", act_args }, figures_root: hex(await merkleRoot(leaves)), figures_count: 3, context: CONTEXT, boxes };
}

describe("the opening of a total", () => {
  it("leads to the root when it is what was minted", async () => {
    const draft = await drafted("7");
    expect(await checkOpening(draft, draft.args.act_args.opening, null)).toEqual({ value: "7", root: true, box: "none" });
  });
  it.each(["8", "6", "07", "-7"])("%s does not", async (value) => {
    const draft = await drafted(value);
    expect((await checkOpening(draft, draft.args.act_args.opening, null)).root).toBe(false);
  });
  it("does not with a path that is too short", async () => {
    const draft = await drafted("7");
    const opening = { ...draft.args.act_args.opening, path: draft.args.act_args.opening.path.slice(0, 1) };
    expect((await checkOpening(draft, opening, null)).root).toBe(false);
  });
});

describe("the box sealed to the regulator", () => {
  it.each([["7", "same"], ["8", "other"]] as const)("with %s says %s", async (inside, said) => {
    const device = await makeDeviceKeys("per_1");
    const box = await seal(pointOf(device.decrypt!.spki), JSON.stringify({ salt: SALT, value: inside }), CONTEXT);
    const draft = await drafted("7", [{ fingerprint: device.decrypt!.fingerprint, box: toBase64Url(box) }]);
    expect((await checkOpening(draft, draft.args.act_args.opening, device)).box).toBe(said);
  });
});
