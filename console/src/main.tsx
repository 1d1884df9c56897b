// The beginning of the console: it refuses a browser that cannot keep numbers as they are written, and shows the app.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@cloudscape-design/global-styles/index.css";
import "./app/app.css";
import { App } from "./app/app.tsx";
import { followTheme } from "./app/theme.ts";

followTheme();
const root = document.querySelector("#root");
if (root !== null) {
  if ("rawJSON" in JSON) {
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
  } else {
    root.textContent =
      "This browser is too old for the console: it needs JSON.rawJSON, which Chrome 114, Firefox 135, Safari 18.4 and later have.";
  }
}
