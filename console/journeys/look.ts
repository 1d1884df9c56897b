// A page as everybody sees it: what axe-core finds on it, in light and dark, on a telephone and on a wide screen.
import axe from "axe-core";
import type { Page } from "./chromium.ts";

const schemes = ["light", "dark"] as const;
const screens = { telephone: { width: 360, height: 780 }, wide: { width: 1440, height: 900 } } as const;

/** Waits until a page has all that it asked for. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator("[class*=awsui_spinner]").first().waitFor({ state: "detached" });
}

/** @returns a line for each problem, which names the page and how it was looked at */
export async function findProblems(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const [screen, size] of Object.entries(screens)) {
    await page.setViewportSize(size);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.locator(colorScheme === "dark" ? "body.awsui-dark-mode" : "body:not(.awsui-dark-mode)").waitFor();
      const violations = await violationsOf(page, colorScheme);
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

/** All that there is to find in light; in dark only its colours differ. */
async function violationsOf(page: Page, colorScheme: "light" | "dark"): Promise<axe.Result[]> {
  const colours: axe.RunOptions = { runOnly: { type: "rule", values: ["color-contrast"] } };
  const options: axe.RunOptions = { resultTypes: ["violations"], ...(colorScheme === "dark" ? colours : {}) };
  const { violations } = await page.evaluate(
    (given) => (globalThis as unknown as { axe: typeof axe }).axe.run(given),
    options,
  );
  return violations;
}
