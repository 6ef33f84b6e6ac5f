/** Signing out: the session, its connections and all that was read end together. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { signOut } from "@/api/allauth";
import { forgetSession } from "@/api/me";
import { live } from "@/live";

export function useLeave() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await signOut();
    forgetSession();
    live.stop();
    client.clear();
    await navigate({ to: "/login" });
  };
}
