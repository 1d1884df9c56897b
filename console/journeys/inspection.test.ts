import assert from "node:assert/strict";
import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import { journey } from "./browser.ts";
import { longHistory } from "./long-history.ts";

const order = {
  StartAt: "Size",
  States: {
    Size: {
      Type: "Choice",
      Choices: [
        {
          And: [
            { Variable: "$.total", NumericGreaterThan: 100 },
            { Variable: "$.vip", BooleanEquals: true },
          ],
          Next: "Pay",
        },
      ],
      Default: "Note",
    },
    Note: { Type: "Pass", Next: "Pay" },
    Pay: { Type: "Pass", Parameters: { "who.$": "$.customer.name" }, End: true },
  },
};

journey(
  "a reader finds out why a rule did not hold, and which part of a path failed",
  async ({ page, create, start, openExecution }) => {
    const machine = await create("orders", order);
    const execution = await start(machine, { total: 150, vip: false, customer: { id: 7 } });
    await openExecution(execution);
    await page.getByRole("button", { name: "Show the state" }).click();
    await page.getByText("The path of who.$ leads nowhere").waitFor();
    assert.equal(await page.locator("mark").textContent(), ".name");
    await page.getByLabel("value of $.customer").getByText('"id"').waitFor();
    await page.getByRole("button", { name: /^Size .*, Choice/ }).press("Enter");
    const rules = page.getByRole("tabpanel", { name: "Why" });
    await rules.getByText("No rule held: the default counts.").waitFor();
    const [total, vip] = await rules.locator("li li").allInnerTexts();
    assert.match(total ?? "", /true.*\$\.total.*150.*NumericGreaterThan.*100/s);
    assert.match(vip ?? "", /false.*\$\.vip.*false.*BooleanEquals.*true/s);
  },
);

const batch = {
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      ItemProcessor: {
        StartAt: "Count",
        States: {
          Count: { Type: "Pass", Assign: { "n.$": "$" }, Next: "Rest" },
          Rest: { Type: "Wait", Seconds: 0, End: true },
        },
      },
      End: true,
    },
  },
};

journey(
  "a reader scrubs through a Map of 50 iterations by keyboard, and sees the data as they were",
  async ({ page, create, start, openExecution }) => {
    const machine = await create("batch", batch);
    const execution = await start(machine, { items: Array.from({ length: 50 }, (_, index) => index) });
    await openExecution(execution);
    await page.getByRole("button", { name: /^Each .*, Map, Succeeded/ }).waitFor();
    const slider = page.getByRole("slider", { name: "Event of the execution" });
    await slider.focus();
    await page.keyboard.press("Home");
    await page.getByRole("button", { name: /^Each .*, Map$/ }).waitFor();
    assert.match((await slider.getAttribute("aria-valuetext")) ?? "", /^1 of \d+: #1 ExecutionStarted/);
    for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowRight");
    await page.getByRole("button", { name: /^Each .*, Map, Running/ }).waitFor();
    await page.getByText("Data as they were then").click();
    await page.getByText("0 of 50 iterations have succeeded, 1 are running.").waitFor();
    await page.waitForURL(/at=4/);
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Back to now" }).click();
    await page.getByRole("button", { name: /^Each .*, Map, Succeeded/ }).waitFor();
    await page.waitForURL((url) => !url.search.includes("at="));
  },
);

journey(
  "the timeline shows what every state did with its time, and chooses the state",
  async ({ page, create, start, openExecution }) => {
    const machine = await create("timed", {
      StartAt: "Rest",
      States: { Rest: { Type: "Wait", Seconds: 1, Next: "End" }, End: { Type: "Succeed" } },
    });
    const execution = await start(machine);
    await openExecution(execution, "?view=timeline");
    await page.getByRole("img", { name: /^Timer from .*, 1\.\d+ s$/ }).waitFor();
    await page.getByRole("list", { name: "Legend" }).getByText("Timer").waitFor();
    await page.getByRole("grid", { name: "Timeline" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("tab", { name: "Why" }).waitFor();
    assert.match(page.url(), /state=/);
  },
);

journey(
  "two executions are compared, and one of them is tried again, differently",
  async ({ page, create, start, openExecution }) => {
    const machine = await create("orders", order);
    await start(machine, { total: 150, vip: true, customer: { name: "Ann" } }, "good");
    const bad = await start(machine, { total: 50, vip: true, customer: {} }, "bad");
    await openExecution(bad);
    await page.getByRole("button", { name: "More ways on" }).click();
    await page.getByRole("menuitem", { name: "Compare with another" }).click();
    await page.getByRole("link", { name: "good" }).click();
    await page.getByText("They part at Size").waitFor();
    await page.getByRole("button", { name: "Show where" }).click();
    await page
      .getByRole("row", { name: /\/total 50 150/ })
      .first()
      .waitFor();
    await page.getByRole("row", { name: /next state "Note" "Pay"/ }).waitFor();
    await openExecution(bad);
    await page.getByRole("button", { name: "More ways on" }).click();
    await page.getByRole("menuitem", { name: "Try it again, differently" }).click();
    await page.getByRole("textbox", { name: "Input" }).click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText('{"total": 50, "vip": true, "customer": {"name": "Bo"}}');
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByRole("heading", { name: "What came of it" }).waitFor();
    await page.getByText("They part at Size").waitFor();
    await page.getByRole("row", { name: /^Pay Other input, output, error, end/ }).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as a test file" }).click();
    assert.equal((await download).suggestedFilename(), "mocks.json");
  },
  { expected: /Applying inline style violates/ },
);

journey(
  "a history of AWS is opened from a file, explained with its definition, and sent nowhere",
  async ({ page, sfn, create, start, open }) => {
    const machine = await create("orders", order);
    const executionArn = await start(machine, { total: 1, vip: false, customer: {} });
    const history = await sfn.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true }));
    const asked: string[] = [];
    await open("/history");
    await page.getByRole("button", { name: "Choose files" }).waitFor();
    page.on("request", (request) => {
      if (request.method() !== "GET") asked.push(request.url());
    });
    const file = (name: string, value: unknown) => ({
      name,
      mimeType: "application/json",
      buffer: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
    });
    const input = page.getByLabel("Files with a history and its definition");
    await input.setInputFiles([file("broken.json", "{")]);
    await page.getByText(/broken\.json: It is no JSON/).waitFor();
    await input.setInputFiles([file("history.json", history)]);
    await page.getByText("The definition is not at hand").waitFor();
    await page.getByRole("button", { name: /^Pay .*, Pass, Failed/ }).waitFor();
    await page.getByRole("button", { name: "Open another" }).click();
    await input.setInputFiles([
      file("history.json", history),
      file("machine.json", { definition: JSON.stringify(order) }),
    ]);
    await page.getByRole("button", { name: "Show the state" }).click();
    await page.getByText("The path of who.$ leads nowhere").waitFor();
    assert.deepEqual(asked, []);
  },
);

journey("a history of 25,000 events is opened, scrolled and scrubbed", async ({ page, open }) => {
  await open("/history");
  await page
    .getByLabel("Files with a history and its definition")
    .setInputFiles([
      { name: "long.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(longHistory())) },
    ]);
  await page
    .getByRole("radio", { name: "Events" })
    .or(page.getByRole("button", { name: "Events", exact: true }))
    .first()
    .click();
  await page.getByText("(25,000)").waitFor();
  await page.getByRole("grid").focus();
  await page.keyboard.press("End");
  await page.getByRole("row", { name: /25000.*ExecutionFailed/ }).waitFor();
  const slider = page.getByRole("slider", { name: "Event of the execution" });
  await slider.fill("12500");
  assert.match((await slider.getAttribute("aria-valuetext")) ?? "", /^12,500 of 25,000/);
  await page.getByText("Data as they were then").click();
  await page
    .getByRole("heading", { name: "Pong" })
    .or(page.getByRole("heading", { name: "Ping" }))
    .first()
    .waitFor();
});
