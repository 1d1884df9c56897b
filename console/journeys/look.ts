// A page as everybody sees it: what axe-core finds on it, in light and dark, on a telephone and on a wide screen.
import axe from "axe-core";
import type { Page } from "./chromium.ts";

const schemes = ["light", "dark"] as const;
const screens = { telephone: { width: 360, height: 780 }, wide: { width: 1440, height: 900 } } as const;

/** Waits until a page has all that it asked for. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(`document.querySelector("[class*=awsui_spinner], .busy") === null`);
}

/** @returns a line for each problem, which names the page and how it was looked at */
export async function findProblems(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const [screen, size] of Object.entries(screens)) {
    await page.setViewportSize(size);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForFunction(`document.body.classList.contains("awsui-dark-mode") === ${colorScheme === "dark"}`);
      const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
      for (const { id, nodes } of violations) {
        for (const { target, failureSummary } of nodes)
          found.push(`${name}, ${screen}, ${colorScheme}: ${id} at ${target.join(" ")}: ${failureSummary ?? ""}`);
      }
    }
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    if (width > size.width) found.push(`${name}, ${screen}: it is ${width} pixels wide`);
  }
  return found;
}
