// The colours of a drawing, light and dark. A colour is written where it is used, which every SVG reader understands; with the
// theme `auto` a style sheet has the dark ones for readers that prefer these.
import type { NodeType } from "./graph.ts";

export type Theme = "light" | "dark" | "auto";
export type Status = "succeeded" | "failed" | "running" | "caught" | "waiting";
export type Shade = { readonly light: string; readonly dark: string };

export const surfaces = {
  canvas: { light: "#ffffff", dark: "#0f172a" },
  node: { light: "#ffffff", dark: "#1e293b" },
  border: { light: "#cbd5e1", dark: "#475569" },
  shadow: { light: "#e9eef4", dark: "#0a101f" },
  container: { light: "#f8fafc", dark: "#141e33" },
  lane: { light: "#ffffff", dark: "#0f172a" },
  text: { light: "#0f172a", dark: "#f1f5f9" },
  muted: { light: "#5b6b81", dark: "#a3b1c6" },
  edge: { light: "#94a3b8", dark: "#64748b" },
  catch: { light: "#e11d48", dark: "#fb7185" },
  terminal: { light: "#334155", dark: "#cbd5e1" },
  terminalText: { light: "#ffffff", dark: "#0f172a" },
} as const satisfies Record<string, Shade>;

/** The accent of each type and its tint behind the icon. */
export const accents = {
  Task: { accent: { light: "#2563eb", dark: "#7cb0ff" }, tint: { light: "#e4edff", dark: "#1d3461" } },
  Pass: { accent: { light: "#5b6b81", dark: "#b3c0d2" }, tint: { light: "#edf1f6", dark: "#33415a" } },
  Choice: { accent: { light: "#c26a04", dark: "#fbbf5c" }, tint: { light: "#fff1d9", dark: "#47341a" } },
  Wait: { accent: { light: "#7c3aed", dark: "#bda4ff" }, tint: { light: "#f0e8ff", dark: "#3a2c66" } },
  Succeed: { accent: { light: "#15803d", dark: "#5fdd8c" }, tint: { light: "#dff6e6", dark: "#173f2a" } },
  Fail: { accent: { light: "#d11f2f", dark: "#ff8a8f" }, tint: { light: "#fde5e7", dark: "#4d2029" } },
  Parallel: { accent: { light: "#0b7f76", dark: "#4cd7c8" }, tint: { light: "#d9f4f0", dark: "#123f42" } },
  Map: { accent: { light: "#b5179e", dark: "#f58be3" }, tint: { light: "#fbe4f6", dark: "#4a1f4a" } },
  Missing: { accent: { light: "#d11f2f", dark: "#ff8a8f" }, tint: { light: "#fde5e7", dark: "#4d2029" } },
  Unknown: { accent: { light: "#d11f2f", dark: "#ff8a8f" }, tint: { light: "#fde5e7", dark: "#4d2029" } },
  Start: { accent: surfaces.terminal, tint: surfaces.terminal },
  End: { accent: surfaces.terminal, tint: surfaces.terminal },
} as const satisfies Record<NodeType, { readonly accent: Shade; readonly tint: Shade }>;

/** The colour of a status and of the node that has it. */
export const statusColors = {
  succeeded: { accent: { light: "#15803d", dark: "#4ade80" }, tint: { light: "#effaf2", dark: "#142f26" } },
  failed: { accent: { light: "#d11f2f", dark: "#ff6b73" }, tint: { light: "#fdf0f1", dark: "#3a1c27" } },
  running: { accent: { light: "#2563eb", dark: "#60a5fa" }, tint: { light: "#eff5ff", dark: "#172c52" } },
  caught: { accent: { light: "#c2600a", dark: "#fb9a4b" }, tint: { light: "#fff6ec", dark: "#3a2817" } },
  waiting: { accent: { light: "#7c3aed", dark: "#b49bff" }, tint: { light: "#f6f1ff", dark: "#2a2350" } },
} as const satisfies Record<Status, { readonly accent: Shade; readonly tint: Shade }>;

/** The colours of an element; `none` paints nothing. */
export type Colors = { readonly fill?: Shade | "none"; readonly stroke?: Shade };

/** Gives the attributes that colour an element, and the style element that the colours asked for so far need. */
export type Paint = { readonly attributes: (colors: Colors) => string; readonly style: () => string };

export function paintOf(theme: Theme): Paint {
  // Light colours are plain attributes in a drawing for both: readers that know no style sheet show these.
  const written = theme === "dark" ? "dark" : "light";
  const rules = new Map<string, string>();
  return {
    attributes(colors) {
      const classes: string[] = [];
      const texts = (["fill", "stroke"] as const).flatMap((member) => {
        const { [member]: shade } = colors;
        if (shade === undefined) return [];
        if (shade === "none") return [`${member}="none"`];
        if (theme === "auto") {
          // Named by the colours themselves: drawings on one page that share a name then also share its meaning.
          const name = `pawl-${member}-${shade.light.slice(1)}-${shade.dark.slice(1)}`;
          rules.set(name, `${member}:${shade.dark}`);
          classes.push(name);
        }
        return [`${member}="${shade[written]}"`];
      });
      return [...texts, ...(classes.length === 0 ? [] : [`class="${classes.join(" ")}"`])].join(" ");
    },
    style() {
      if (theme !== "auto") return "";
      const dark = [...rules].map(([name, declaration]) => `.${name}{${declaration}}`).join("");
      return `<style>.pawl-graph{color-scheme:light dark}@media(prefers-color-scheme:dark){${dark}}</style>`;
    },
  };
}
