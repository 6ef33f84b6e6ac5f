/** The browser's side of a passkey: options as JSON in, the credential as JSON out. No library is needed for that. */
import { no, ok, type Result } from "./result";

export type PasskeyRefusal = "passkey_unsupported" | "passkey_cancelled" | "passkey_there" | "passkey_address" | "passkey_failed";

export function passkeysWork(): boolean {
  return typeof PublicKeyCredential !== "undefined" && typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function";
}

function refusalOf(error: unknown): PasskeyRefusal {
  const name = error instanceof DOMException ? error.name : "";
  // Browsers answer a refusal, a time-out and a missing user check alike, so that a page learns nothing.
  if (name === "NotAllowedError" || name === "AbortError") return "passkey_cancelled";
  if (name === "InvalidStateError") return "passkey_there";
  return name === "SecurityError" ? "passkey_address" : "passkey_failed";
}

async function asked(run: () => Promise<Credential | null>): Promise<Result<unknown, PasskeyRefusal>> {
  if (!passkeysWork()) return no("passkey_unsupported");
  try {
    const made = await run();
    return made instanceof PublicKeyCredential ? ok(made.toJSON() as unknown) : no("passkey_failed");
  } catch (error) {
    return no(refusalOf(error));
  }
}

/** A new passkey of this device or of a key that is plugged in. */
export const createPasskey = (options: PublicKeyCredentialCreationOptionsJSON) =>
  asked(() => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }));

/** Shows a passkey that is there. */
export const showPasskey = (options: PublicKeyCredentialRequestOptionsJSON) =>
  asked(() => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
