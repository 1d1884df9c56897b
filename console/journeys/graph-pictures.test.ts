// The graph as a picture for a slide: SVG and PNG, with the colours of the execution, whatever its states are called.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Console, journey } from "./browser.ts";

/** Saves the graph by its menu. */
async function saved({ page }: Console, format: "SVG" | "PNG"): Promise<{ name: string; content: Buffer }> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the graph" }).click();
  await page.getByRole("menuitem", { name: `Save as ${format}` }).click();
  const file = await download;
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
}

/** As another page of the browser would read it. */
function readPicture({ page }: Console, text: string): Promise<{ problems: number; text: string }> {
  return page.evaluate(`(() => {
    const { documentElement: picture } = new DOMParser().parseFromString(${JSON.stringify(text)}, "image/svg+xml");
    const problems = picture.querySelectorAll("parsererror, script, foreignObject").length;
    return { problems, text: picture.textContent };
  })()`);
}

const names = ["Count <b>&amp; 'measure'", "Wait for \u202eboxes", "Done"];

for (const colorScheme of ["light", "dark"] as const) {
  journey(
    `the graph is saved as SVG and as PNG, ${colorScheme}`,
    async (made) => {
      const { page, create, start, openExecution } = made;
      const machine = await create("slides", {
        StartAt: names[0],
        States: {
          [names[0] ?? ""]: { Type: "Pass", Next: names[1] },
          [names[1] ?? ""]: { Type: "Wait", Seconds: 0, Next: names[2] },
          [names[2] ?? ""]: { Type: "Fail", Error: "Broken" },
        },
      });
      const execution = await start(machine, {}, "picture");
      await openExecution(execution);
      await page.getByRole("button", { name: /^Done .*, Fail, Failed$/ }).waitFor();
      const svg = await saved(made, "SVG");
      assert.equal(svg.name, "picture.svg");
      const drawn = await readPicture(made, svg.content.toString("utf8"));
      assert.equal(drawn.problems, 0);
      assert.match(drawn.text, /Count <b>/);
      assert.match(drawn.text, /Done/);
      const png = await saved(made, "PNG");
      assert.equal(png.name, "picture.png");
      assert.equal(png.content.subarray(1, 4).toString("latin1"), "PNG");
      // Sharp on a slide: at least twice as many pixels as on the screen.
      const [width, height] = [png.content.readUInt32BE(16), png.content.readUInt32BE(20)];
      const size = /viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"/.exec(svg.content.toString("utf8")) ?? [];
      assert.ok(
        width >= 2 * Number(size[1]) && height >= 2 * Number(size[2]),
        `${width} x ${height}, ${size.join(" ")}`,
      );
    },
    { colorScheme },
  );
}
