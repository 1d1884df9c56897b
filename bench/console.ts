// The console in a real browser: the size of what it loads, an execution of 24,806 events opened, scrolled and scrubbed, and
// the graph of 1,000 states. Debian's Chromium shows it, a server in this process serves it.
import { gzipSync } from "node:zlib";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { installedChromium, launchChromium, type Page } from "../console/journeys/chromium.ts";
import { startServer } from "../src/server/start-server.ts";
import { testServerOptions } from "../src/testing/server-options.ts";
import { median } from "./closed-loop.ts";
import { atMost, type Figure, type Report, rounded } from "./report.ts";

const roleArn = "arn:aws:iam::123456789012:role/pawl";
const iterations = 6_200;
const rounds = 5;

const large = {
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      ItemProcessor: { StartAt: "Step", States: { Step: { Type: "Pass", End: true } } },
      ResultPath: null,
      End: true,
    },
  },
};

export async function consolePages(): Promise<Report> {
  const about = {
    id: "console",
    title: "The console in a browser",
    method:
      "Chromium without a window, 1440 × 900, everything on this machine; medians of five openings; gzip -6 of what is loaded.",
    profile: "First the scripts, then decoding and folding the journal, then React.",
  };
  if (installedChromium === undefined) {
    return { ...about, figures: [{ what: "Chromium is not installed", value: "not measured" }] };
  }
  const server = await startServer(testServerOptions);
  const browser = await launchChromium(installedChromium);
  try {
    const client = new SFNClient({
      endpoint: server.url,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const execution = await execute(client, large, { items: Array.from({ length: iterations }, (_, index) => index) });
    const path = `${server.url}/executions/${encodeURIComponent(execution)}`;
    const chain = await create(client, "chain", chainOf(1_000));
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const figures: Figure[] = [
      await loadedFigure(page, "first page, compressed", `${server.url}/`),
      await loadedFigure(page, "page of an execution, compressed", path),
      await paintFigure(page, path),
      await openedFigure(page, "24,806 events on the graph", {
        address: path,
        sign: "text=6,200 succeeded",
        aim: undefined,
      }),
      await openedFigure(page, "graph of 1,000 states", {
        address: `${server.url}/machines/${encodeURIComponent(chain)}?tab=definition`,
        sign: ".state-node >> nth=5",
        aim: 1000,
      }),
      await framesFigure(page, "frames over 50 ms, scrolling all events", `${path}?view=events`),
      await framesFigure(page, "frames over 50 ms, scrubbing all events", path),
    ];
    return { ...about, figures };
  } finally {
    await browser.close();
    await server.close();
  }
}

function chainOf(count: number): object {
  const names = Array.from({ length: count }, (_, index) => `State ${index + 1}`);
  const states = names.map((name, index) => {
    const next = names[index + 1];
    return [name, { Type: "Pass", ...(next === undefined ? { End: true } : { Next: next }) }];
  });
  return { StartAt: names[0], States: Object.fromEntries(states) };
}

async function create(client: SFNClient, name: string, definition: object): Promise<string> {
  const made = await client.send(
    new CreateStateMachineCommand({ name, roleArn, definition: JSON.stringify(definition) }),
  );
  return made.stateMachineArn ?? "";
}

/** Runs an execution to its end. @returns its ARN */
async function execute(client: SFNClient, definition: object, input: object): Promise<string> {
  const stateMachineArn = await create(client, "large", definition);
  const { executionArn = "" } = await client.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  for (;;) {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return executionArn;
    if (status !== "RUNNING") throw new Error(`The execution that is to be looked at ended as ${status}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function loadedFigure(page: Page, what: string, address: string): Promise<Figure> {
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    if (/\.(js|css|svg)$/.test(new URL(response.url()).pathname))
      sizes.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto("about:blank");
  await page.goto(address, { waitUntil: "networkidle" }).catch(() => undefined);
  await page.getByRole("heading", { level: 1 }).waitFor();
  page.removeAllListeners("response");
  const kilobytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1000;
  return { what, value: `${rounded(kilobytes)} KB`, aim: atMost(600, kilobytes) };
}

async function paintFigure(page: Page, address: string): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await page.goto("about:blank");
    await page.goto(address);
    await page.getByRole("heading", { level: 1 }).waitFor();
    times.push(
      await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity"),
    );
  }
  const ms = median(times);
  return { what: "page of that execution, first paint", value: `${rounded(ms)} ms`, aim: atMost(1000, ms) };
}

interface Opening {
  readonly address: string;
  /** A selector of what is to be seen. */
  readonly sign: string;
  /** Milliseconds. */
  readonly aim: number | undefined;
}

async function openedFigure(page: Page, what: string, { address, sign, aim }: Opening): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await page.goto("about:blank");
    const start = performance.now();
    await page.goto(address);
    await page.locator(sign).first().waitFor();
    times.push(performance.now() - start);
  }
  const ms = median(times);
  return { what, value: `${rounded(ms)} ms`, ...(aim === undefined ? {} : { aim: atMost(aim, ms) }) };
}

/** Goes through the whole list, or the whole past, in 120 frames. */
const goThrough = `new Promise((done) => {
  const rows = document.querySelector(".rows");
  const range = document.querySelector("input[type=range]");
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const frames = [];
  let last;
  const step = (now) => {
    if (last !== undefined) frames.push(now - last);
    last = now;
    const part = frames.length / 120;
    if (part >= 1) return done(frames);
    if (rows !== null) rows.scrollTop = rows.scrollHeight * part;
    else {
      set.call(range, String(Math.floor(Number(range.max) * part)));
      range.dispatchEvent(new Event("input", { bubbles: true }));
    }
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

async function framesFigure(page: Page, what: string, address: string): Promise<Figure> {
  await page.goto("about:blank");
  await page.goto(address);
  await page.locator("text=24,806").first().waitFor();
  await page.waitForTimeout(1000);
  const frames = await page.evaluate<number[]>(goThrough);
  // A frame that came at once and one that came a refresh later look the same to the eye.
  const long = frames.filter((ms) => ms > 51).length;
  return {
    what,
    value: `${long} of ${frames.length}, longest ${rounded(Math.max(...frames))} ms`,
    aim: atMost(0, long),
  };
}
