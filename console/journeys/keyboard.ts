// A reader who has a keyboard and no mouse: all that they do is keys, and what has the focus is to be seen.
import assert from "node:assert/strict";
import type { Page } from "./chromium.ts";

type Locator = ReturnType<Page["locator"]>;
type Role = Parameters<Page["getByRole"]>[0];

/** More stops than any way on a page has. */
const mostStops = 160;

export interface Keys {
  /** Goes on by Tab, or by another key, until the element has the focus. */
  readonly to: (role: Role, name: string | RegExp, key?: string) => Promise<void>;
  /** Goes there and presses Enter. */
  readonly enter: (role: Role, name: string | RegExp, key?: string) => Promise<void>;
  /** Goes to something in a table: by Tab into it, then by arrow keys to its row, and along the row. */
  readonly toCell: (table: string, role: Role, name: string | RegExp) => Promise<void>;
  readonly press: (...keys: readonly string[]) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  /** Puts a text in the place of what the focused field has. */
  readonly replace: (text: string) => Promise<void>;
  /** Goes to a page by the palette. */
  readonly goTo: (words: string) => Promise<void>;
  /** Waits until the page shows a text. */
  readonly see: (text: string | RegExp) => Promise<void>;
  readonly has: (role: Role, name: string | RegExp) => Promise<boolean>;
}

export function keysOf(page: Page): Keys {
  const to = (role: Role, name: string | RegExp, key = "Tab"): Promise<void> =>
    focusOn(page, page.getByRole(role, { name, exact: true }).first(), key);
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  return {
    to,
    press,
    toCell: async (table, role, name) => {
      const wanted = page.getByRole("grid", { name: table }).getByRole(role, { name, exact: true }).first();
      await wanted.waitFor();
      await pressUntil(page, "Tab", () => holdsFocus(wanted, "table"));
      await pressUntil(page, "ArrowDown", () => holdsFocus(wanted, "tr"));
      await press("Home");
      await pressUntil(page, "ArrowRight", () => hasFocus(wanted));
      await requireSeen(wanted);
    },
    enter: async (role, name, key) => {
      await to(role, name, key);
      await press("Enter");
    },
    type: (text) => page.keyboard.type(text),
    replace: async (text) => {
      await press("ControlOrMeta+a");
      await page.keyboard.insertText(text);
    },
    goTo: async (words) => {
      await press("ControlOrMeta+k");
      await page.getByRole("combobox", { name: /^Go to/ }).waitFor();
      await page.keyboard.type(words);
      await page.getByRole("option").first().waitFor();
      await press("Enter");
    },
    see: (text) => page.getByText(text).first().waitFor(),
    has: (role, name) => hasFocus(page.getByRole(role, { name, exact: true }).first()),
  };
}

async function focusOn(page: Page, wanted: Locator, key: string): Promise<void> {
  await wanted.waitFor();
  await pressUntil(page, key, () => hasFocus(wanted));
  await requireSeen(wanted);
}

async function pressUntil(page: Page, key: string, isThere: () => Promise<boolean>): Promise<void> {
  for (let stop = 0; stop < mostStops; stop += 1) {
    if (await isThere()) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${mostStops} times ${key} lead nowhere`);
}

/** Whether the focus is in the same table, or the same row, as the element. */
function holdsFocus(wanted: Locator, around: "table" | "tr"): Promise<boolean> {
  return wanted.evaluate(
    (element, selector) => element.closest(selector)?.contains(element.ownerDocument.activeElement) === true,
    around,
  );
}

async function hasFocus(wanted: Locator): Promise<boolean> {
  if ((await wanted.count()) === 0) return false;
  // The editors have roots of their own.
  return wanted.evaluate(
    (element) => (element.getRootNode() as typeof element.ownerDocument).activeElement === element,
  );
}

/** The browser scrolls to what has the focus, and a page that is still growing moves it once more. */
async function requireSeen(wanted: Locator): Promise<void> {
  for (let look = 0; look < mostStops; look += 1) if (await isSeen(wanted)) return;
  assert.fail(`${String(wanted)} has the focus, and nobody sees it`);
}

/** In sight, and marked as what has the focus. */
function isSeen(wanted: Locator): Promise<boolean> {
  return wanted.evaluate((element) => {
    const { top, bottom, width } = element.getBoundingClientRect();
    const { innerHeight } = element.ownerDocument.defaultView ?? { innerHeight: 0 };
    return width > 0 && bottom > 0 && top < innerHeight && element.matches(":focus-visible");
  });
}
