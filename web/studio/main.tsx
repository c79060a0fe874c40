/** The studio's page. */
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../design/all.css";
import { Floating } from "../design/floating.tsx";
import { queries } from "./api.ts";
import "./studio.css";
import "./looks.css";
import { Studio } from "./studio.tsx";
import { useWords } from "./words.ts";

function Page() {
  const t = useWords();
  return (
    <Floating toastsLabel={t("notices")} close={t("close")}>
      <Studio />
    </Floating>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Page />
    </QueryClientProvider>
  </StrictMode>,
);
