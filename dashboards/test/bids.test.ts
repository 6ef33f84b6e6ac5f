import { describe, expect, it } from "vitest";
import { bidDigest, bidFile, readBidFile, sealBid } from "@/lib/bids";

const TERMS = { auction: "auc_1", account: "acc_1", quantity: "80", price_cents: "6500" };

describe("sealed bids", () => {
  it("have the digest that the ledger computes", async () => {
    // lexicon.commitment.bid_digest of the same terms.
    expect(await bidDigest({ ...TERMS, nonce: "0f".repeat(32) })).toBe("781900b084d44ca41c7f9503fa6d3804df4083f8dc3808f6d542fdd3368ab818");
  });

  it("hide the same terms differently each time", async () => {
    const [first, second] = [await sealBid(TERMS), await sealBid(TERMS)];
    expect(first.nonce).toMatch(/^[0-9a-f]{64}$/);
    expect(first.digest).not.toBe(second.digest);
  });

  it("come back from a file, and from no other", async () => {
    const bid = await sealBid(TERMS);
    expect(await readBidFile(bidFile([bid]), "acc_1")).toEqual({ ok: true, value: [bid] });
    expect(await readBidFile(bidFile([bid]), "acc_2")).toEqual({ ok: false, error: "file_foreign" });
    for (const text of ["", "{}", "not json", bidFile([]), bidFile([{ ...bid, quantity: "81" }]), bidFile([{ ...bid, nonce: "x" }]), "9".repeat(70_000)])
      expect(await readBidFile(text, "acc_1")).toEqual({ ok: false, error: "file_wrong" });
  });
});
