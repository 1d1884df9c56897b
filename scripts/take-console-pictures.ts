// Takes the pictures of the console in docs/images anew: every page, on a server with the examples. Needs Chromium, and a
// console that is built (npm run build). `node scripts/take-console-pictures.ts [folder]`
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { clientOf } from "../console/journeys/browser.ts";
import { installedChromium, launchChromium, type Page } from "../console/journeys/chromium.ts";
import { exampleServer, furnish } from "../console/journeys/furnish.ts";
import { settle } from "../console/journeys/look.ts";
import { startServer } from "../src/server/start-server.ts";
import { testServerOptions } from "../src/testing/server-options.ts";

type ColorScheme = "light" | "dark";

interface Picture {
  readonly file: string;
  /** A page of those that are furnished. */
  readonly page: string;
  readonly colorScheme?: ColorScheme;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly before?: (page: Page) => Promise<void>;
}

const desk = { width: 1440, height: 960 };
const telephone = { width: 390, height: 844 };

/** Opens a dialogue, for a picture of it. */
const click =
  (name: string) =>
  async (page: Page): Promise<void> => {
    await page.getByRole("button", { name, exact: true }).first().click();
    await page.getByRole("dialog").waitFor();
  };

const pictures: readonly Picture[] = [
  { file: "machines", page: "machines" },
  { file: "executions", page: "executions" },
  { file: "definition", page: "definition" },
  { file: "aliases", page: "aliases" },
  { file: "editor", page: "editor" },
  { file: "create", page: "create", colorScheme: "dark" },
  { file: "start", page: "executions", before: click("Start execution") },
  { file: "execution", page: "tries" },
  { file: "why", page: "why" },
  { file: "choice", page: "choice", colorScheme: "dark" },
  { file: "map-iterations", page: "iterations" },
  { file: "timeline", page: "timeline" },
  { file: "events", page: "events" },
  { file: "time-travel", page: "past", colorScheme: "dark" },
  { file: "fork", page: "fork" },
  { file: "compare", page: "compare" },
  { file: "compare-versions", page: "compare versions" },
  { file: "map-run", page: "map run" },
  { file: "inbox", page: "inbox" },
  { file: "answer", page: "inbox", before: click("Answer Ask of springs") },
  { file: "activities", page: "activities" },
  { file: "history", page: "history" },
  {
    file: "palette",
    page: "machines",
    before: async (page) => {
      await page.keyboard.press("ControlOrMeta+k");
      await page.keyboard.type("order");
    },
  },
  { file: "telephone", page: "why", colorScheme: "dark", viewport: telephone },
];

const folder = process.argv[2] ?? fileURLToPath(new URL("../docs/images", import.meta.url));
if (installedChromium === undefined) throw new Error("Chromium is not installed (apt-get install chromium).");
const browser = await launchChromium(installedChromium);
try {
  await take();
  await takeFirstRun();
} finally {
  await browser.close();
}

async function take(): Promise<void> {
  const server = await startServer({ ...testServerOptions, ...exampleServer });
  const { pages } = await furnish(clientOf(server.url));
  for (const { file, page: name, colorScheme = "light", viewport = desk, before } of pictures) {
    const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
    await page.goto(server.url + pages[name]);
    await settle(page);
    await before?.(page);
    await shoot(page, file);
  }
  await server.close();
}

async function takeFirstRun(): Promise<void> {
  const server = await startServer(testServerOptions);
  const page = await browser.newPage({ viewport: desk, colorScheme: "light", reducedMotion: "reduce" });
  await page.goto(server.url);
  await settle(page);
  await shoot(page, "first-run");
  await server.close();
}

/** A page that asks for nothing any more has all that comes by and by. */
async function shoot(page: Page, file: string): Promise<void> {
  for (let look = 0; look < 3; look += 1) {
    await page.waitForTimeout(400);
    await page.locator("[class*=awsui_spinner]").first().waitFor({ state: "detached" });
  }
  await page.screenshot({ path: join(folder, `console-${file}.png`) });
  await page.close();
}
