// A drawing as a PNG. The library is loaded by those who want one; it draws with the fonts of this machine.
import type { Resvg as Drawing, ResvgRenderOptions } from "@resvg/resvg-js";
import { UsageError } from "../usage-error.ts";

/** Pixels of the picture for each of the drawing, so that text is sharp on every screen. */
const scale = 2;
/** More pixels a side make a picture that few programs open. */
const longestSide = 16_000;

/**
 * @param svg with a fixed theme.
 * @throws UsageError where this machine cannot draw one.
 */
export async function drawPng(
  svg: string,
  size: { readonly width: number; readonly height: number },
): Promise<Uint8Array> {
  const { Resvg } = await loadResvg();
  const zoom = Math.min(scale, longestSide / Math.max(size.width, size.height));
  const font = { loadSystemFonts: true };
  if (!hasFonts(new Resvg(lettersAlone, { font }))) {
    throw new UsageError(
      "This machine has no font, so that a PNG would have no text. Install one (such as fonts-dejavu-core), or draw an SVG: -o graph.svg",
    );
  }
  const options: ResvgRenderOptions = { font, fitTo: { mode: "zoom", value: zoom } };
  return new Resvg(svg, options).render().asPng();
}

const lettersAlone =
  '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><text x="9" y="50" font-family="sans-serif">Aa</text></svg>';

/** A drawing of text alone has a size only where there are letters. */
function hasFonts(drawing: { getBBox(): unknown }): boolean {
  return drawing.getBBox() !== undefined;
}

async function loadResvg(): Promise<{ readonly Resvg: typeof Drawing }> {
  try {
    return await import("@resvg/resvg-js");
  } catch (cause) {
    throw new UsageError(
      `There is nothing that draws PNGs on this platform (${process.platform}, ${process.arch}). Draw an SVG: -o graph.svg`,
      { cause },
    );
  }
}
