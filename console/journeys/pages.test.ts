// Every page in light and dark: for everybody to use, as axe-core tells, on a screen of a telephone too, and soon loaded.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { CreateActivityCommand, ListMapRunsCommand, PublishStateMachineVersionCommand } from "@aws-sdk/client-sfn";
import axe from "axe-core";
import { type Console, journey } from "./browser.ts";

const activity = "arn:aws:states:us-east-1:123456789012:activity:packing";

interface Pages {
  readonly [name: string]: string;
}

/** A server with something on every page. @returns the path of each */
async function furnish({ sfn, create, start }: Console): Promise<Pages> {
  await sfn.send(new CreateActivityCommand({ name: "packing" }));
  const failing = await create("failing", {
    StartAt: "Enough?",
    States: {
      "Enough?": {
        Type: "Choice",
        Choices: [{ Variable: "$.count", NumericGreaterThan: 2, Next: "Each" }],
        Default: "Give up",
      },
      Each: {
        Type: "Map",
        ItemsPath: "$.items",
        ItemProcessor: { StartAt: "Look", States: { Look: { Type: "Pass", End: true } } },
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Give up" }],
        Next: "Give up",
      },
      "Give up": { Type: "Fail", Error: "Gave.Up", Cause: "There was nothing to do" },
    },
  });
  await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn: failing }));
  const waiting = await create("waiting", {
    StartAt: "Pack",
    States: { Pack: { Type: "Task", Resource: activity, End: true } },
  });
  const distributed = await create("distributed", {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "Pack child",
          States: { "Pack child": { Type: "Task", Resource: activity, End: true } },
        },
        End: true,
      },
    },
  });
  await create("unused", { StartAt: "A", States: { A: { Type: "Succeed" } } }, "EXPRESS");
  const failed = `/executions/${encodeURIComponent(await start(failing, { count: 3, items: [1, 2, 3] }, "failed"))}`;
  const running = `/executions/${encodeURIComponent(await start(waiting, { box: 1 }, "running"))}`;
  const executionArn = await start(distributed, [1, 2]);
  const mapRunArn = await until(async () => {
    const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
    return mapRuns[0]?.mapRunArn;
  });
  const machine = `/machines/${encodeURIComponent(failing)}`;
  const choice = `?state=${encodeURIComponent("/States/Enough?")}`;
  return {
    machines: "/",
    executions: machine,
    definition: `${machine}?tab=definition`,
    versions: `${machine}?tab=versions`,
    aliases: `${machine}?tab=aliases`,
    tags: `${machine}?tab=tags`,
    editor: `${machine}/edit?state=${encodeURIComponent("/States/Give up")}`,
    create: "/machines/new",
    failed,
    why: failed + choice,
    states: `${failed}?view=table`,
    timeline: `${failed}?view=timeline`,
    events: `${failed}?view=events&event=3`,
    running,
    mapRun: `/map-runs/${encodeURIComponent(mapRunArn)}`,
    inbox: "/inbox",
    activities: "/activities",
    history: "/history",
    nothing: "/nowhere",
  };
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
  }
}

async function settle({ page }: Console): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(`document.querySelector("[class*=awsui_spinner]") === null`);
}

for (const colorScheme of ["light", "dark"] as const) {
  journey(
    `axe finds nothing on any page that is ${colorScheme}`,
    async (made) => {
      const found: string[] = [];
      for (const [name, path] of Object.entries(await furnish(made))) {
        await made.open(path);
        await settle(made);
        await made.page.evaluate(axe.source);
        const { violations } = await made.page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
        for (const { id, nodes } of violations) {
          for (const { target, failureSummary } of nodes)
            found.push(`${name}: ${id} at ${target.join(" ")}: ${failureSummary ?? ""}`);
        }
      }
      assert.deepEqual(found, []);
    },
    { colorScheme, expected: /status of 404/ },
  );
}

journey(
  "no page is wider than a telephone",
  async (made) => {
    for (const [name, path] of Object.entries(await furnish(made))) {
      await made.open(path);
      await settle(made);
      const width = await made.page.evaluate<number>("document.documentElement.scrollWidth");
      assert.ok(width <= 360, `${name} is ${width} pixels wide`);
    }
  },
  { viewport: { width: 360, height: 780 }, expected: /status of 404/ },
);

journey("the first page loads at most 600 KB, compressed, and so does that of an execution", async (made) => {
  const { failed = "" } = await furnish(made);
  for (const path of ["/", failed]) {
    let bytes = 0;
    const measured: Promise<void>[] = [];
    made.page.on("response", (response) => {
      if (!/\.(js|css|svg)$|text\/html/.test(new URL(response.url()).pathname)) return;
      measured.push(
        response.body().then((body) => {
          bytes += gzipSync(body, { level: 6 }).length;
        }),
      );
    });
    await made.page.goto("about:blank");
    await made.open(path);
    await settle(made);
    await Promise.all(measured);
    made.page.removeAllListeners("response");
    assert.ok(bytes > 100_000 && bytes <= 600_000, `${path} loads ${bytes} bytes`);
  }
});
