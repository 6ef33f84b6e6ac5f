/** A value or a named reason why there is none; used across modules in place of exceptions. */
export type Result<T, E = string> = { ok: true; value: T } | { ok: false; error: E };

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function no<E>(error: E): { ok: false; error: E } {
  return { ok: false, error };
}
