import { useLayoutEffect } from "react";

// Dialogs that are open now: the page scrolls again when the last one closes.
let open = 0;

/**
 * Keeps the page behind an open dialog from scrolling, by a class of our own style sheet.
 * The component library's own way writes a style element without a nonce, which our content security policy refuses.
 */
export default function useScrollLock(lock?: boolean): void {
  useLayoutEffect(() => {
    if (!lock) return undefined;
    open += 1;
    document.documentElement.classList.add("scroll-locked");
    return () => {
      open -= 1;
      if (open === 0) document.documentElement.classList.remove("scroll-locked");
    };
  }, [lock]);
}
