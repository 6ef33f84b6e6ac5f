/** This browser's key for the signed-in person, and how a page gets something signed. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { isPersisted, keepKeys, kept, keyState, readKeyFile, secureEnough, type FileRefusal, type KeyState, type StoredPerson } from "@/lib/keys";
import type { Result } from "@/lib/result";
import { useMyself, type Me } from "./me";

export interface Device {
  state: KeyState;
  stored: StoredPerson | null;
}

export const deviceQuery = (me: Me) =>
  queryOptions({
    queryKey: ["device", me.person.id, me.keys.map((key) => key.fingerprint + key.status).join()],
    queryFn: async (): Promise<Device> => {
      if (!secureEnough()) return { state: "insecure", stored: null };
      const stored = await kept(me.person.id);
      return { state: keyState(stored, me.keys, await isPersisted()), stored };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

export function useDevice() {
  return useQuery(deviceQuery(useMyself()));
}

export const maySign = (device: Device | undefined): boolean => device?.state === "ready" || device?.state === "may_be_cleared";

/** Takes a key file into this browser, when it is one and its key is bound to the person. */
export function useKeyFile() {
  const me = useMyself();
  const client = useQueryClient();
  return async (file: File): Promise<Result<StoredPerson, FileRefusal>> => {
    const found = await readKeyFile(await file.slice(0, 64 * 1024).text(), me.person.id, me.keys);
    if (found.ok) {
      await keepKeys(found.value);
      await client.invalidateQueries({ queryKey: ["device"] });
    }
    return found;
  };
}
