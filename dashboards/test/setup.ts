import { webcrypto } from "node:crypto";
import { afterEach } from "vitest";

// happy-dom brings its own crypto without every curve operation; the tests use Node's, which is the same API.
Object.defineProperty(globalThis, "crypto", { value: webcrypto, configurable: true });

afterEach(() => {
  document.body.innerHTML = "";
});
