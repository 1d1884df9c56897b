// Drawings as pictures, by a reader of SVG that knows no preference for dark colours: as librsvg, ImageMagick and editors do.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { graphOf } from "../../graph/graph.ts";
import { layoutGraph } from "../../graph/layout.ts";
import { renderSvg } from "../../graph/svg.ts";
import { drawPng } from "./draw-png.ts";

const definition: Json = {
  StartAt: "Charge",
  States: {
    Charge: { Type: "Task", Resource: "arn:aws:states:::sns:publish", Retry: [], Next: "Each" },
    Each: { Type: "Map", ItemProcessor: { StartAt: "A", States: { A: { Type: "Pass", End: true } } }, End: true },
  },
};
const drawing = layoutGraph(graphOf(definition));
const canvas = { width: 100, height: 100 };

test("a drawing that follows the reader's preference is the light one where there is none", async () => {
  const [light, auto, dark] = await Promise.all(
    (["light", "auto", "dark"] as const).map((theme) => drawPng(renderSvg(drawing, { theme }), drawing)),
  );
  assert.ok(light !== undefined && auto !== undefined && dark !== undefined);
  assert.deepEqual(Buffer.from(auto), Buffer.from(light));
  assert.notDeepEqual(Buffer.from(dark), Buffer.from(light));
});

test("a picture has twice the pixels of the drawing, and fewer where it would be too large", async () => {
  const sizeOf = async (width: number): Promise<readonly [number, number]> => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="100"></svg>`;
    const png = Buffer.from(await drawPng(svg, { ...canvas, width }));
    assert.equal(png.toString("latin1", 1, 4), "PNG");
    return [png.readUInt32BE(16), png.readUInt32BE(20)];
  };
  assert.deepEqual(await sizeOf(100), [200, 200]);
  assert.deepEqual(await sizeOf(32_000), [16_000, 50]);
});
