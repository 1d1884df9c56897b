// The build of the console: what the server ships below dist/console, without a reference to any other origin.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** Cloudscape's styles carry web fonts within them, as data URLs: the console uses the fonts that the system has. */
const withoutFonts: Plugin = {
  name: "without-fonts",
  enforce: "pre",
  transform: (code, id) => (id.endsWith(".css") ? code.replaceAll(/@font-face\s*\{[^}]*\}/g, "") : undefined),
};

/** Cloudscape's bar of small screens says of a navigation which way it lies, which no navigation may say. */
const withoutOrientation: Plugin = {
  name: "without-orientation",
  enforce: "pre",
  transform: (code, id) =>
    id.endsWith("/visual-refresh/mobile-toolbar.js")
      ? code.replaceAll(/(createElement\("nav", \{[^}]*), "aria-orientation": "horizontal"/g, "$1")
      : undefined,
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [withoutFonts, withoutOrientation, react()],
  resolve: {
    alias: { "@asl": source("asl"), "@engine": source("engine"), "@graph": source("graph") },
  },
  build: {
    outDir: fileURLToPath(new URL("../dist/console", import.meta.url)),
    emptyOutDir: true,
    target: ["chrome114", "firefox135", "safari18.4"],
    cssMinify: "esbuild",
    // A data URL would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
  server: { proxy: { "/console": process.env["PAWL_URL"] ?? "http://localhost:8083" } },
});
