/** The desk's page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../design/all.css";
import { Floating } from "../design/floating.tsx";
import { inWords } from "../design/format.ts";
import { Said } from "../design/said.tsx";
import { Face } from "../design/shapes.tsx";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Floating toastsLabel="x" close="c">
      <Face kind="bot" />
      <Said text={inWords(5)} />
    </Floating>
  </StrictMode>,
);
