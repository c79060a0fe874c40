/** The studio's page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../design/all.css";

createRoot(document.getElementById("root")!).render(<StrictMode>{null}</StrictMode>);
