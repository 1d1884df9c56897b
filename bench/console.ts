// The console in a real browser: the size of what it loads, an execution of 24,806 events and a Map of 50 iterations opened,
// scrolled and scrubbed, and graphs of 1,000 and 5,000 states. Debian's Chromium shows it, a server in this process serves it.
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
import { framesFigure, type Walk } from "./console-frames.ts";
import { atMost, type Figure, type Report, rounded } from "./report.ts";

const roleArn = "arn:aws:iam::123456789012:role/pawl";
const iterations = 6_200;
const rounds = 5;

const views = ["graph", "table", "timeline", "events"] as const;

function mapOf(processor: object): object {
  return {
    StartAt: "Each",
    States: {
      Each: { Type: "Map", ItemsPath: "$.items", ItemProcessor: processor, ResultPath: null, End: true },
    },
  };
}

const large = mapOf({ StartAt: "Step", States: { Step: { Type: "Pass", End: true } } });
const small = mapOf({
  StartAt: "Step",
  States: {
    Step: { Type: "Pass", Next: "Large?" },
    "Large?": {
      Type: "Choice",
      Choices: [{ Variable: "$", NumericGreaterThan: 20, Next: "Note" }],
      Default: "Rest",
    },
    Note: { Type: "Pass", Next: "Rest" },
    Rest: { Type: "Wait", Seconds: 0, End: true },
  },
});

export async function consolePages(): Promise<Report> {
  const about = {
    id: "console",
    title: "The console in a browser",
    method:
      "Chromium without a window, 1440 × 900, everything on this machine; medians of five openings; gzip -6 of what is loaded. Of up to three walks the smoothest; work is processor time of the page, of all of them: it tells frames that the page is slow for from those that the machine was busy for.",
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
    const pathOf = (kind: string, arn: string): string => `${server.url}/${kind}/${encodeURIComponent(arn)}`;
    const path = pathOf("executions", await execute(client, "large", large, iterations));
    const map = pathOf("executions", await execute(client, "small", small, 50));
    const [chain, longChain] = [
      await create(client, "chain", chainOf(1_000)),
      await create(client, "long", chainOf(5_000)),
    ];
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const figures: Figure[] = [
      await loadedFigure(page, "first page, compressed", `${server.url}/`),
      await loadedFigure(page, "page of an execution, compressed", path),
      await paintFigure(page, path),
      await openedFigure(page, "24,806 events on the graph", {
        address: path,
        sign: "text=6,200 succeeded",
        aim: 1000,
      }),
    ];
    for (const [what, arn, aim] of [
      ["graph of 1,000 states", chain, 1000],
      ["graph of 5,000 states", longChain, undefined],
    ] as const) {
      const address = `${pathOf("machines", arn)}?tab=definition`;
      figures.push(await openedFigure(page, what, { address, sign: ".state-node >> nth=5", aim }));
    }
    const definition = `${pathOf("machines", longChain)}?tab=definition`;
    for (const walk of walksThrough({ large: path, small: map, definition }))
      figures.push(await framesFigure(page, walk));
    return { ...about, figures };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Addresses of pages: of two executions, and of the definition of 5,000 states. */
interface Walked {
  readonly large: string;
  readonly small: string;
  readonly definition: string;
}

/** Every view of both executions scrubbed, every list of the large one scrolled. */
function walksThrough({ large, small, definition }: Walked): readonly Walk[] {
  const at = (path: string, view: string): string => (view === "graph" ? path : `${path}?view=${view}`);
  const sign = "input[type=range]";
  return [
    ...views.map((view): Walk => {
      return { what: `frames over 50 ms, scrubbing, ${view}`, address: at(large, view), sign, way: "scrub" };
    }),
    ...views.slice(1).map((view): Walk => {
      return { what: `frames over 50 ms, scrolling, ${view}`, address: at(large, view), sign: ".row", way: "scroll" };
    }),
    {
      what: "frames over 50 ms, scrubbing, graph and data",
      address: large,
      sign,
      way: "scrub",
      opened: "Data as they are now",
    },
    { what: "events over 50 ms away, graph", address: large, sign, way: "leap" },
    { what: "events over 50 ms away, states", address: at(large, "table"), sign, way: "leap" },
    { what: "frames over 50 ms, moving 5,000 states", address: definition, sign: ".state-node", way: "pan" },
    ...views.map((view): Walk => {
      return { what: `frames over 50 ms, Map of 50, ${view}`, address: at(small, view), sign, way: "scrub" };
    }),
  ];
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

/** Runs an execution with so many items to its end. @returns its ARN */
async function execute(client: SFNClient, name: string, definition: object, count: number): Promise<string> {
  const stateMachineArn = await create(client, name, definition);
  const input = JSON.stringify({ items: Array.from({ length: count }, (_, index) => index) });
  const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
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
    const paint = await page.waitForFunction("performance.getEntriesByName('first-contentful-paint')[0]?.startTime");
    times.push(Number(await paint.jsonValue()));
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
