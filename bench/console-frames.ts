// How smooth a page of the console is: frames while a list is scrolled or a history scrubbed, and the work that they took.
import type { Page } from "../console/journeys/chromium.ts";
import { atMost, type Figure, rounded } from "./report.ts";

type Session = Awaited<ReturnType<ReturnType<Page["context"]>["newCDPSession"]>>;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time in microseconds. */
  readonly tdur?: number;
}

interface Frames {
  /** Milliseconds of each frame. */
  readonly frames: readonly number[];
  /** Milliseconds from a change to the end of the frame that shows it. */
  readonly changes: readonly number[];
}

/**
 * The whole list, or the whole past, in 120 frames; leaps through the past, each to where nobody was shortly before; or the canvas
 * moved on by most of what is seen, each frame.
 */
export type Way = "scroll" | "scrub" | "leap" | "pan";

/** Aims of the issue, in milliseconds: a frame, and a change until it is seen. */
const most = 50;

const goThrough = (way: Way): string => `new Promise((done) => {
  const rows = document.querySelector(".rows");
  const range = document.querySelector("input[type=range]");
  const pane = document.querySelector(".react-flow__pane");
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const [frames, changes] = [[], []];
  let last;
  const change = (part) => {
    if (${way === "scroll"}) rows.scrollTop = rows.scrollHeight * part;
    else if (${way === "pan"})
      pane.dispatchEvent(new WheelEvent("wheel", { deltaY: 500, bubbles: true, cancelable: true }));
    else {
      set.call(range, String(Math.max(1, Math.floor(Number(range.max) * part))));
      range.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const step = (now) => {
    if (last !== undefined) frames.push(now - last);
    last = now;
    const count = frames.length;
    if (count >= 120) return done({ frames, changes });
    const start = performance.now();
    change(${way === "leap"} ? (count * 0.618) % 1 : count / 120);
    requestAnimationFrame((next) => {
      // A message comes after what the frame draws.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => changes.push(performance.now() - start);
      port2.postMessage(0);
      step(next);
    });
  };
  requestAnimationFrame(step);
})`;

export interface Walk {
  readonly what: string;
  readonly address: string;
  /** A selector of what is there when the page is. */
  readonly sign: string;
  readonly way: Way;
  /** The text of what is opened before. */
  readonly opened?: string;
}

/** Walks at most: other processes take frames, too, but hardly the same ones each time. */
const attempts = 3;

export async function framesFigure(page: Page, { what, address, sign, way, opened }: Walk): Promise<Figure> {
  await page.goto("about:blank");
  await page.goto(address);
  await page.locator(sign).first().waitFor();
  if (opened !== undefined) await page.getByText(opened).click();
  await page.waitForTimeout(1000);
  let best: number[] | undefined;
  let work = 0;
  for (let attempt = 0; attempt < attempts && !isSmooth(best); attempt++) {
    const session = await page.context().newCDPSession(page);
    const busiest = await record(session);
    const { frames, changes } = await page.evaluate<Frames>(goThrough(way));
    work = Math.max(work, await busiest());
    await session.detach();
    const measured = (way === "leap" ? changes : frames).toSorted((one, other) => other - one);
    if (best === undefined || longOnes(measured) < longOnes(best)) best = measured;
  }
  const [longest = Infinity] = best ?? [];
  const long = longOnes(best ?? []);
  const value = `${long} of ${best?.length ?? 0}, longest ${rounded(longest)} ms, most work at once ${rounded(work)} ms`;
  return { what, value, aim: atMost(0, long) };
}

/** A frame that came at once and one that came a refresh later look the same to the eye. */
function longOnes(times: readonly number[]): number {
  return times.filter((ms) => ms > most + 1).length;
}

function isSmooth(times: readonly number[] | undefined): boolean {
  return times !== undefined && longOnes(times) === 0;
}

/**
 * Records the tasks of the browser's threads.
 * @returns ends that, and gives the processor time of the longest task of the page's thread in milliseconds: unlike a frame it
 * does not grow with what else the machine does.
 */
async function record(session: Session): Promise<() => Promise<number>> {
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as readonly TraceEvent[])));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "devtools.timeline"], excludedCategories: ["*"] },
  });
  return async () => {
    const complete = new Promise((done) => session.once("Tracing.tracingComplete", done));
    await session.send("Tracing.end");
    await complete;
    // The thread of the page is the one that frames are fired on.
    const fired = events.find(({ name }) => name === "FireAnimationFrame");
    const tasks = events.filter(
      ({ name, pid, tid }) => name.endsWith("RunTask") && pid === fired?.pid && tid === fired.tid,
    );
    return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1000;
  };
}
