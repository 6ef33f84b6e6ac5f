import { expect, it } from "vitest";
import { sendVisit, type Change, type KeptPhoto, type KeptVisit } from "@/lib/visits";

const photo = (id: string): KeptPhoto => ({ id, title: id, file: new File(["x"], `${id}.png`), captured_at: "2027-01-12T02:30:00Z" });
const draft = (place: string, captured_at: string) => ({ place, seals: {}, captured_at });

function store(first: Partial<KeptVisit>) {
  const kept = { now: { key: "k", draft: null, photos: [], ...first } as KeptVisit };
  const change = (of: Change) => Promise.resolve((kept.now = of(kept.now)));
  return { kept, change };
}

it("what is added while others are sent is kept, and sent, too", async () => {
  const { kept, change } = store({ draft: draft("yard", "1"), photos: [photo("a")] });
  const sent: string[] = [];
  const failed = await sendVisit(change, {
    draft: async (one) => {
      sent.push(one.place);
      if (one.captured_at === "1") await change((before) => ({ ...before, draft: draft("belt", "2") }));
      return null;
    },
    photo: async (one) => {
      sent.push(one.id);
      if (one.id === "a") await change((before) => ({ ...before, photos: [...before.photos, photo("b")] }));
      return null;
    },
  });
  expect(failed).toBeNull();
  expect(sent).toEqual(["yard", "belt", "a", "b"]);
  expect(kept.now).toEqual({ key: "k", draft: null, photos: [] });
});

it("what fails stays kept, with all behind it", async () => {
  const { kept, change } = store({ photos: [photo("a"), photo("b")] });
  const failed = await sendVisit(change, { draft: () => Promise.resolve(null), photo: (one) => Promise.resolve(one.id === "b" ? "offline" : null) });
  expect(failed).toBe("offline");
  expect(kept.now.photos.map((one) => one.id)).toEqual(["b"]);
});
