/** The desk's page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../design/all.css";
import "./desk.css";
import "./around.css";
import { App } from "./app.tsx";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
