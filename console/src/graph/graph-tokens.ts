// The colours of src/graph's palette as custom properties, so that the canvas and an exported drawing look alike.
import type { CSSProperties } from "react";
import { accents, type Shade, statusColors, surfaces } from "@graph/palette.ts";

/** The page's own grounds, where a drawing by itself has others. */
const darkGrounds = {
  "--graph-canvas": "#161d26",
  "--graph-lane": "#161d26",
  "--graph-container": "#1b2430",
  "--graph-node": "#232f3e",
  "--graph-border": "#4a5768",
  "--graph-shadow": "#0f141a",
};

const tokens = {
  light: tokensOf("light"),
  dark: { ...tokensOf("dark"), ...darkGrounds } as CSSProperties,
} as const;

export function graphTokens(isDark: boolean): CSSProperties {
  return isDark ? tokens.dark : tokens.light;
}

function tokensOf(mode: keyof Shade): CSSProperties {
  const style: Record<string, string> = {};
  for (const [name, shade] of Object.entries(surfaces)) style[`--graph-${name}`] = shade[mode];
  for (const [name, { accent, tint }] of Object.entries({ ...accents, ...statusColors })) {
    style[`--graph-${name}-accent`] = accent[mode];
    style[`--graph-${name}-tint`] = tint[mode];
  }
  return style;
}
