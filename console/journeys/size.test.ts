// Journeys through definitions of thousands of states and values of many members, which leave the page at work.
import assert from "node:assert/strict";
import { journey } from "./browser.ts";
import type { Page } from "./chromium.ts";
import { findProblems } from "./look.ts";

function chainOf(count: number): object {
  const states = Array.from({ length: count }, (_, index) => {
    const next = index + 1 < count ? { Next: `State ${index + 1}` } : { End: true };
    return [`State ${index}`, { Type: "Pass", ...next }] as const;
  });
  return { StartAt: "State 0", States: Object.fromEntries(states) };
}

/** Whether a state lies within the canvas that it is drawn on. */
async function isInCanvas(page: Page, name: RegExp): Promise<boolean> {
  const canvas = await page.locator(".graph-canvas").boundingBox();
  const state = await page.getByRole("button", { name }).boundingBox();
  assert.ok(canvas !== null && state !== null);
  return (
    state.x >= canvas.x &&
    state.y >= canvas.y &&
    state.x + state.width <= canvas.x + canvas.width &&
    state.y + state.height <= canvas.y + canvas.height
  );
}

journey("of 5,000 states those in sight are drawn, and a list leads to the others", async ({ page, create, open }) => {
  const machine = await create("long", chainOf(5_000));
  await open(`/machines/${encodeURIComponent(machine)}?tab=definition`);
  await page.getByRole("button", { name: /^State 0 .*Pass/ }).waitFor();
  assert.ok((await page.locator(".state-node").count()) < 60);
  assert.ok((await page.locator(".graph-edges .edge").count()) < 60);
  await page.getByRole("button", { name: "5,000 states" }).click();
  await page.getByLabel("Find a state").fill("4321");
  await page.getByRole("group", { name: "States" }).getByText("State 4321").waitFor();
  assert.equal(await page.getByRole("group", { name: "States" }).getByRole("listitem").count(), 1);
  assert.deepEqual(await findProblems(page, "list of states"), []);
});

journey(
  "a chosen state is in sight, also when its panel takes room",
  async ({ page, create, start, openExecution }) => {
    const execution = await start(await create("chain", chainOf(300)));
    await openExecution(execution, `?state=${encodeURIComponent("/States/State 250")}`);
    await page.getByRole("heading", { name: "State 250" }).waitFor();
    await page.getByRole("button", { name: /^State 250 .*Succeeded/ }).waitFor();
    assert.ok(await isInCanvas(page, /^State 250 /));
    await page.setViewportSize({ width: 700, height: 900 });
    await page.waitForFunction(`document.querySelector(".graph-canvas").clientWidth < 700`);
    await page.getByRole("button", { name: /^State 250 .*Succeeded/ }).waitFor();
    assert.ok(await isInCanvas(page, /^State 250 /));
  },
);

journey("several rules with one target are all drawn as possible", async ({ page, create, start, openExecution }) => {
  const rule = (value: number, Next: string): object => ({ Variable: "$.n", NumericEquals: value, Next });
  const machine = await create("rules", {
    StartAt: "Which",
    States: {
      Which: { Type: "Choice", Choices: [rule(1, "Note"), rule(2, "Note"), rule(3, "Rest")], Default: "Rest" },
      Note: { Type: "Pass", Next: "Rest" },
      Rest: { Type: "Succeed" },
    },
  });
  await openExecution(await start(machine, { n: 2 }));
  await page.getByRole("button", { name: /^Rest .*Succeeded/ }).waitFor();
  assert.equal(await page.locator(".edge.choice.perhaps-taken").count(), 2);
  assert.equal(await page.locator(".edge.choice.taken").count(), 0);
  assert.equal(await page.locator(".edge.next.taken").count(), 3);
});

journey("a value of 100,000 members is opened from its top", async ({ page, create, start, openExecution }) => {
  const machine = await create("large", chainOf(1));
  const list = <Item>(length: number, item: Item): readonly Item[] => Array.from({ length }, () => item);
  const execution = await start(machine, list(50, list(50, list(8, list(5, 1)))));
  await openExecution(execution, `?state=${encodeURIComponent("/States/State 0")}&panel=input`);
  await page.getByRole("button", { name: /^Load .* KiB$/ }).click();
  const input = page.getByRole("group", { name: "input" });
  await input.getByText("50 items").first().waitFor();
  assert.ok((await input.locator("li").count()) <= 400);
});
