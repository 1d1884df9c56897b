// A drawing of src/graph as a PNG. Its elements are drawn onto a canvas one by one: the content security policy lets no image
// be made of a text.

const scale = 2;
/** Pixels of a side, above which browsers give up. */
const longestSide = 8192;

/** @param svg what `renderSvg` gives with a fixed theme */
export async function pngOf(svg: string): Promise<Blob> {
  const drawing = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const [width, height] = [numberOf(drawing, "width"), numberOf(drawing, "height")];
  const zoom = Math.min(scale, longestSide / width, longestSide / height);
  const canvas = new OffscreenCanvas(Math.ceil(width * zoom), Math.ceil(height * zoom));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser draws no pictures.");
  context.scale(zoom, zoom);
  const family = drawing.getAttribute("font-family") ?? "sans-serif";
  for (const element of drawing.querySelectorAll("rect, circle, path, text")) {
    context.save();
    draw(context, element, family);
    context.restore();
  }
  return canvas.convertToBlob({ type: "image/png" });
}

type Context = OffscreenCanvasRenderingContext2D;

function draw(context: Context, element: Element, family: string): void {
  if (element.tagName === "text") return drawText(context, element, family);
  context.globalAlpha = 1;
  const shape = shapeOf(element);
  place(context, element.getAttribute("transform") ?? "");
  const fill = element.getAttribute("fill") ?? "none";
  if (fill !== "none") {
    context.fillStyle = fill;
    context.fill(shape);
  }
  const stroke = element.getAttribute("stroke") ?? "none";
  if (stroke === "none") return;
  context.globalAlpha = Number(element.getAttribute("stroke-opacity") ?? 1);
  context.strokeStyle = stroke;
  context.lineWidth = Number(element.getAttribute("stroke-width") ?? 1);
  context.lineCap = element.getAttribute("stroke-linecap") === "round" ? "round" : "butt";
  context.lineJoin = element.getAttribute("stroke-linejoin") === "round" ? "round" : "miter";
  context.setLineDash((element.getAttribute("stroke-dasharray") ?? "").split(" ").filter(Boolean).map(Number));
  context.stroke(shape);
}

function shapeOf(element: Element): Path2D {
  if (element.tagName === "path") return new Path2D(element.getAttribute("d") ?? "");
  const path = new Path2D();
  if (element.tagName === "circle") {
    path.arc(numberOf(element, "cx"), numberOf(element, "cy"), numberOf(element, "r"), 0, 2 * Math.PI);
  } else {
    const box = ["x", "y", "width", "height"].map((name) => numberOf(element, name)) as [
      number,
      number,
      number,
      number,
    ];
    path.roundRect(...box, numberOf(element, "rx"));
  }
  return path;
}

/** `translate(x y) scale(s)`, as the drawing writes it. */
function place(context: Context, transform: string): void {
  const [, x, y] = /translate\(([\d.-]+)[ ,]([\d.-]+)\)/.exec(transform) ?? [];
  if (x !== undefined && y !== undefined) context.translate(Number(x), Number(y));
  const [, factor] = /scale\(([\d.]+)\)/.exec(transform) ?? [];
  if (factor !== undefined) context.scale(Number(factor), Number(factor));
}

function drawText(context: Context, element: Element, family: string): void {
  const style = element.getAttribute("font-style") ?? "";
  const weight = element.getAttribute("font-weight") ?? "";
  context.font = `${style} ${weight} ${element.getAttribute("font-size") ?? "12"}px ${family}`.trim();
  context.fillStyle = element.getAttribute("fill") ?? "#000000";
  context.textAlign = element.getAttribute("text-anchor") === "middle" ? "center" : "start";
  const lines = element.querySelectorAll("tspan");
  for (const line of lines.length === 0 ? [element] : lines) {
    context.fillText(line.textContent, numberOf(line, "x"), numberOf(line, "y"));
  }
}

function numberOf(element: Element, name: string): number {
  return Number(element.getAttribute(name) ?? 0);
}
