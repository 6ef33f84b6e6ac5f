/** One door to the server: session cookie, CSRF header, Idempotency-Key on writes, a deadline, problems as values. */
import { connectionProblem, problemOf, ProblemError, type Problem } from "./problem";
import { no, ok, type Result } from "./result";

export interface RequestOptions {
  body?: unknown;
  form?: FormData;
  idempotencyKey?: string;
  timeoutMs?: number;
  query?: Record<string, string | number | undefined | null>;
}

const DEADLINE_MS = 20_000;
const API = "/api/v1/";

export function csrfToken(cookies: string = document.cookie): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(cookies)?.[1] ?? "";
}

function url(path: string, query: RequestOptions["query"]): string {
  const full = path.startsWith("/") ? path : API + path;
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (pairs.length === 0) return full;
  return `${full}?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]))}`;
}

function init(method: string, options: RequestOptions): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-CSRFToken"] = csrfToken();
    headers["Idempotency-Key"] = options.idempotencyKey ?? crypto.randomUUID();
  }
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const body = options.form ?? (options.body === undefined ? null : JSON.stringify(options.body));
  return { method, headers, body, credentials: "same-origin", signal: AbortSignal.timeout(options.timeoutMs ?? DEADLINE_MS) };
}

/** Asks the server; every way of failing is a Problem. */
export async function ask<T>(method: string, path: string, options: RequestOptions = {}): Promise<Result<T, Problem>> {
  let answer: Response;
  try {
    answer = await fetch(url(path, options.query), init(method, options));
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    return no(connectionProblem(late ? "timeout" : "offline"));
  }
  const body: unknown = await answer.json().catch(() => null);
  return answer.ok ? ok(body as T) : no(problemOf(answer.status, body));
}

/** The same for react-query, which wants exceptions. */
export async function fetched<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const answer = await ask<T>(method, path, options);
  if (!answer.ok) throw new ProblemError(answer.error);
  return answer.value;
}

export const get = <T>(path: string, query?: RequestOptions["query"]) => fetched<T>("GET", path, { query });
export const post = <T>(path: string, body?: unknown, options: RequestOptions = {}) =>
  fetched<T>("POST", path, { ...options, body });
