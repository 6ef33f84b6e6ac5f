import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@/tokens.css";
import "@/base.css";
import "@/shell/shell.css";
import { followChoice } from "@/api/me";
import { startLanguages } from "@/i18n";
import { startLive } from "@/live";
import { client, router } from "@/router";
import { startTheme } from "@/theme";

// The site's front door and the address on printed QR codes lie outside the application's base path.
if (!location.pathname.startsWith("/app")) history.replaceState(null, "", `/app${location.pathname}${location.search}`);

// After a new version the old page's files are gone: reload, but never in a circle.
addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("tanheng-reloaded") ?? "0");
  if (Date.now() - last < 30_000) return;
  event.preventDefault();
  sessionStorage.setItem("tanheng-reloaded", String(Date.now()));
  location.reload();
});

startTheme();
followChoice();
startLive();
await startLanguages();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
