// Every journey once more, by keyboard alone.
import assert from "node:assert/strict";
import {
  CreateActivityCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
} from "@aws-sdk/client-sfn";
import { journey } from "./browser.ts";
import { keysOf } from "./keyboard.ts";
import { longHistory } from "./long-history.ts";

/** Chromium tries to keep the style of a text that is typed over, by a style attribute, which the policy refuses it too. */
const typing = /Applying inline style violates/;
const packing = "arn:aws:states:us-east-1:123456789012:activity:packing";

journey(
  "by keyboard: the first stop skips to the content, and a first machine is made, started and watched",
  async ({ page, open }) => {
    const { to, enter, press, type, see, has } = keysOf(page);
    await open("/");
    await see("Nothing is deployed yet");
    await press("Tab");
    assert.ok(await has("link", "Skip to the content"));
    await press("Enter");
    await to("button", "Copy: Create a state machine");
    await enter("button", "Or write one here");
    await to("textbox", "Name");
    await type("by-keys");
    await enter("button", "Create", "Shift+Tab");
    await see("by-keys is ready");
    await enter("button", "Start execution");
    await page.getByRole("dialog").getByRole("textbox", { name: "Input" }).waitFor();
    await to("textbox", "Name");
    await press("Enter");
    await page.getByRole("button", { name: /^Done .*, Succeed, Succeeded$/ }).waitFor();
  },
  { expected: typing },
);

journey(
  "by keyboard: a failed execution is explained, its machine mended, redriven, and seen to go on",
  async ({ page, sfn, create, start, openExecution }) => {
    const { to, toCell, enter, press, replace, goTo, see } = keysOf(page);
    await sfn.send(new CreateActivityCommand({ name: "packing" }));
    const definition = {
      StartAt: "Pack",
      States: { Pack: { Type: "Task", Resource: packing, End: true } },
    };
    const machine = await create("orders", definition);
    const execution = await start(machine, { order: 7 }, "seven");
    const { taskToken } = await sfn.send(new GetActivityTaskCommand({ activityArn: packing }));
    await sfn.send(new SendTaskFailureCommand({ taskToken, error: "Box.Missing", cause: "There is no box" }));
    await openExecution(execution);
    await enter("button", "Show the state");
    await to("tab", "Why");
    await see("Nobody dealt with it: the execution failed.");
    await to("button", "More ways on", "Shift+Tab");
    await press("Enter");
    await enter("menuitem", "Edit the state machine", "ArrowDown");
    await to("textbox", "Definition");
    const retry = [{ ErrorEquals: ["Box.Missing"], IntervalSeconds: 1 }];
    await replace(JSON.stringify({ ...definition, States: { Pack: { ...definition.States.Pack, Retry: retry } } }));
    await see("The definition has no problems");
    await enter("button", "Save", "Shift+Tab");
    await see("orders is saved");
    await goTo("newest orders");
    await enter("button", "Redrive");
    await page.getByRole("button", { name: /^Pack .*, Task, Waiting$/ }).waitFor();
    await goTo("inbox");
    await toCell("Waiting tasks", "button", "Answer Pack of seven");
    await press("Enter");
    await to("textbox", "Result");
    await replace('{"box": 8}');
    await enter("button", "Send success");
    await see("Nobody is waited for");
    await goTo("newest orders");
    await page.getByRole("button", { name: /^Pack .*, Task, Succeeded$/ }).waitFor();
  },
  { expected: typing },
);

journey("by keyboard: a waiting approval is answered, and a dialogue gives the focus back", async (made) => {
  const { page, sfn, create, start, open } = made;
  const { to, toCell, press, type, see, has } = keysOf(page);
  await sfn.send(new CreateActivityCommand({ name: "packing" }));
  const machine = await create("approval", {
    StartAt: "Ask",
    States: { Ask: { Type: "Task", Resource: packing, End: true } },
  });
  await start(machine, {}, "one");
  await open("/inbox");
  await toCell("Waiting tasks", "button", "Answer Ask of one");
  await press("Enter");
  await page.getByRole("dialog").waitFor();
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.ok(await has("button", "Answer Ask of one"));
  await press("Enter");
  await to("radio", "Success");
  await press("ArrowDown");
  await to("textbox", "Error");
  await type("Refused");
  await press("Enter");
  await see("Nobody is waited for");
});

journey("by keyboard: a Map of 50 iterations is scrubbed through", async ({ page, create, start, openExecution }) => {
  const { to, enter, press, see } = keysOf(page);
  const machine = await create("batch", {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemProcessor: { StartAt: "Look", States: { Look: { Type: "Pass", End: true } } },
        End: true,
      },
    },
  });
  await openExecution(
    await start(
      machine,
      Array.from({ length: 50 }, (_, index) => index),
    ),
  );
  await to("slider", "Event of the execution");
  await press("Home", "ArrowRight", "ArrowRight", "ArrowRight");
  await page.getByRole("button", { name: /^Each .*, Map, Running/ }).waitFor();
  await enter("button", "Data as they were then");
  await see("0 of 50 iterations have succeeded, 1 are running.");
  await enter("button", "Back to now", "Shift+Tab");
  await page.getByRole("button", { name: /^Each .*, Map, Succeeded/ }).waitFor();
});

const choice = {
  StartAt: "Size",
  States: {
    Size: { Type: "Choice", Choices: [{ Variable: "$.n", NumericGreaterThan: 5, Next: "Large" }], Default: "Small" },
    Large: { Type: "Succeed" },
    Small: { Type: "Succeed" },
  },
};

journey(
  "by keyboard: two executions are compared, and one is tried again, differently",
  async ({ page, create, start, openExecution }) => {
    const { to, toCell, enter, press, replace, see } = keysOf(page);
    const machine = await create("sizes", choice);
    await start(machine, { n: 9 }, "large");
    const small = await start(machine, { n: 1 }, "small");
    await openExecution(small);
    await to("button", "More ways on");
    await press("Enter");
    await enter("menuitem", "Compare with another", "ArrowDown");
    await enter("link", "large");
    await see("They part at Size");
    await enter("link", "sizes", "Shift+Tab");
    await toCell("Executions", "link", "small");
    await press("Enter");
    await to("button", "More ways on");
    await press("Enter");
    await enter("menuitem", "Try it again, differently", "ArrowDown");
    await to("textbox", "Input");
    await replace('{"n": 7}');
    await enter("button", "Replay", "Shift+Tab");
    await see("What came of it");
    const download = page.waitForEvent("download");
    await enter("button", "Save as a test file");
    assert.equal((await download).suggestedFilename(), "mocks.json");
  },
  { expected: typing },
);

journey(
  "by keyboard: a history of AWS is opened from a file, and one of 25,000 events walked through",
  async ({ page, sfn, create, start, open }) => {
    const { to, enter, press, see } = keysOf(page);
    const executionArn = await start(await create("sizes", choice), { n: 1 });
    const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true }));
    await open("/history");
    const choose = async (name: string, value: object): Promise<void> => {
      const chooser = page.waitForEvent("filechooser");
      await enter("button", "Choose files");
      const file = { name, mimeType: "application/json", buffer: Buffer.from(JSON.stringify(value)) };
      await (await chooser).setFiles([file]);
    };
    await choose("short.json", { events });
    await page.getByRole("button", { name: /^Size .*, Choice, Succeeded/ }).waitFor();
    await enter("button", /^Size /);
    await see("The definition is not at hand");
    await enter("button", "Open another");
    await choose("long.json", longHistory());
    await to("button", "Graph");
    await press("ArrowRight", "ArrowRight", "ArrowRight", "Enter");
    await see("(25,000)");
    await to("grid", "Events");
    await press("End");
    await page.getByRole("row", { name: /25000.*ExecutionFailed/ }).waitFor();
  },
);

const admin = { accessKeyId: "admin", secretAccessKey: "admin-secret-admin-secret-1" };
const reader = { accessKeyId: "reader", secretAccessKey: "reader-secret-reader-secret" };

journey(
  "by keyboard: who logs in with a read-only key is refused where they write",
  async ({ page, create, open }) => {
    const { to, toCell, enter, press, type, see, has } = keysOf(page);
    await create("guarded", { StartAt: "A", States: { A: { Type: "Succeed" } } });
    await open("/");
    await to("textbox", "Access key ID");
    await type("reader");
    await press("Tab");
    await type(reader.secretAccessKey);
    await press("Enter");
    await see("guarded");
    await toCell("State machines", "link", "guarded");
    await press("Enter");
    await enter("button", "Start execution");
    await page.getByRole("dialog").getByRole("textbox", { name: "Input" }).waitFor();
    await to("textbox", "Name");
    await press("Enter");
    await see("Your key does not allow this");
    await press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.ok(await has("button", "Start execution"));
  },
  {
    credentials: admin,
    server: {
      auth: {
        keys: [admin, { ...reader, allow: [{ actions: ["states:List*", "states:Describe*"], resources: ["*"] }] }],
      },
    },
    expected: /status of (400|401|403)/,
  },
);
