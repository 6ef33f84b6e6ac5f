/** Colleagues and invitations, and accepting one. */
import { ask, get } from "@/lib/fetch";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Draft, NewKey } from "./registration";

export interface MemberRow {
  person: string;
  name: string;
  email: string;
  role: string;
  status: string;
  created_at: string;
}

export interface InvitationRow {
  registration_id: string;
  name: string;
  email: string;
  role: string;
  state: string;
  created_at: string;
}

export interface MembersAnswer {
  results: MemberRow[];
  invitations: InvitationRow[];
}

export interface Invite {
  name: string;
  email: string;
  role: string;
}

/** `joins`: the address signs in already, so the invitation is accepted from that session. */
export interface InvitationDraft extends Omit<Draft, "kind"> {
  organisation: string;
  role: string;
  name: string;
  joins: boolean;
}

export const members = () => get<MembersAnswer>("members/");
export const invite = (body: Invite): Promise<Result<{ code: string }, Problem>> => ask("POST", "members/", { body });
export const setMemberStatus = (person: string, status: "active" | "suspended" | "ended"): Promise<Result<MemberRow, Problem>> =>
  ask("PATCH", `members/${person}/`, { body: { status } });

export const invitationOf = (code: string): Promise<Result<InvitationDraft, Problem>> => ask("GET", "registrations/invitation/", { query: { code } });
export const accept = (code: string, password: string, keys: NewKey[]): Promise<Result<unknown, Problem>> =>
  ask("POST", "registrations/invitation/", { body: { code, password, keys } });
export const join = (code: string, keys: NewKey[]): Promise<Result<unknown, Problem>> => ask("POST", "registrations/invitation/joining/", { body: { code, keys } });
