import assert from "node:assert/strict";
import { CreateActivityCommand, GetActivityTaskCommand, SendTaskFailureCommand } from "@aws-sdk/client-sfn";
import { journey } from "./browser.ts";

/** Chromium tries to keep the style of a text that is typed over, by a style attribute, which the policy refuses it too. */
const typing = /Applying inline style violates/;

const packing = "arn:aws:states:us-east-1:123456789012:activity:packing";

journey(
  "a first run shows three things to do, and what arrives appears by itself",
  async ({ page, open, create, start }) => {
    await open("/");
    await page.getByRole("heading", { name: "Nothing is deployed yet" }).waitFor();
    await page.getByLabel("Start an execution", { exact: true }).waitFor();
    const machine = await create("hello", { StartAt: "Hello", States: { Hello: { Type: "Succeed" } } });
    await page.getByRole("link", { name: "hello" }).waitFor();
    await start(machine, {}, "first");
    await page.getByRole("row", { name: /hello/ }).getByText("Succeeded").waitFor();
  },
);

journey(
  "a machine is written, completed, corrected and created, and its execution watched",
  async ({ page, open }) => {
    await open("/machines/new");
    await page.getByText("The definition has no problems").waitFor();
    const editor = page.getByRole("textbox", { name: "Definition" });
    await editor.click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(
      '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Wait","Seconds":1}}}',
    );
    await page.getByRole("list", { name: "Problems" }).getByText("/States/B").first().waitFor();
    await page.getByRole("button", { name: /^B .*, Wait/ }).waitFor();
    await editor.click();
    await page.keyboard.press("ControlOrMeta+End");
    for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowLeft");
    await page.keyboard.type(', "En');
    await page.getByRole("option", { name: /End/ }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(
      '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Wait","Seconds":1,"End":true}}}',
    );
    await page.getByText("The definition has no problems").waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("written-here");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "written-here" }).waitFor();
    await page.getByRole("button", { name: "Start execution" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Input" }).waitFor();
    await dialog.getByRole("button", { name: "Start execution" }).click();
    await page.getByRole("button", { name: /^B .*, Wait, Succeeded$/ }).waitFor();
  },
  { expected: typing },
);

journey(
  "a failed execution is found out, its machine mended, redriven, and seen to succeed live",
  async (made) => {
    const { page, sfn, create, start, openExecution } = made;
    await sfn.send(new CreateActivityCommand({ name: "packing" }));
    const machine = await create("orders", {
      StartAt: "Prepare",
      States: { Prepare: { Type: "Pass", Next: "Pack" }, Pack: { Type: "Task", Resource: packing, End: true } },
    });
    const execution = await start(machine, { order: 7 }, "seven");
    const { taskToken } = await sfn.send(new GetActivityTaskCommand({ activityArn: packing }));
    await sfn.send(new SendTaskFailureCommand({ taskToken, error: "Box.Missing", cause: "There is no box of size 7" }));
    await openExecution(execution);
    await page.getByText("The execution failed in Pack").waitFor();
    await page.getByText("There is no box of size 7").first().waitFor();
    await page.getByRole("button", { name: /^Pack .*, Task, Failed$/ }).click();
    await page.getByRole("tab", { name: "Input" }).click();
    await page.getByLabel("input", { exact: true }).getByText('"order"').waitFor();
    await page.getByRole("button", { name: "Redrive" }).click();
    await page.getByRole("button", { name: /^Pack .*, Task, Waiting$/ }).waitFor();
    await page.getByRole("link", { name: /^Inbox/ }).click();
    await page.getByRole("button", { name: "Answer Pack of seven" }).click();
    await page.getByRole("textbox", { name: "Result" }).click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText('{"box": 8}');
    await page.getByRole("button", { name: "Send success" }).click();
    await page.getByText("Nobody is waited for").waitFor();
    await openExecution(execution);
    await page.getByRole("button", { name: /^Pack .*, Task, Succeeded$/ }).waitFor();
  },
  { expected: typing },
);

journey(
  "an execution that waits goes on before the reader's eyes when it is answered",
  async ({ page, sfn, create, start, openExecution }) => {
    await sfn.send(new CreateActivityCommand({ name: "packing" }));
    const machine = await create("approval", {
      StartAt: "Ask",
      States: { Ask: { Type: "Task", Resource: packing, End: true } },
    });
    const execution = await start(machine, {}, "one");
    await openExecution(execution);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: /^Ask .*, Task, Waiting$/ }).waitFor();
    const { taskToken } = await sfn.send(new GetActivityTaskCommand({ activityArn: packing }));
    await sfn.send(new SendTaskFailureCommand({ taskToken, error: "Refused" }));
    await page.getByRole("button", { name: /^Ask .*, Task, Failed$/ }).waitFor();
    await page.getByText("The execution failed in Ask").waitFor();
  },
);

journey(
  "of a Map of 50 iterations, one is chosen and looked at alone",
  async ({ page, create, start, openExecution }) => {
    const machine = await create("batch", {
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map",
          ItemsPath: "$.items",
          ItemProcessor: {
            StartAt: "Size",
            States: {
              Size: {
                Type: "Choice",
                Choices: [{ Variable: "$", NumericGreaterThan: 40, Next: "Large" }],
                Default: "Small",
              },
              Small: { Type: "Succeed" },
              Large: { Type: "Succeed" },
            },
          },
          End: true,
        },
      },
    });
    const execution = await start(machine, { items: Array.from({ length: 50 }, (_, index) => index) });
    await openExecution(execution);
    await page.getByRole("button", { name: /^Size .*, Choice, Succeeded, entered 50 times$/ }).waitFor();
    await page.getByRole("button", { name: /^Iteration/ }).click();
    await page.getByRole("combobox").last().fill("#45");
    await page.getByRole("option", { name: "#45" }).first().click();
    await page.getByRole("button", { name: /^Small .*, Succeed$/ }).waitFor();
    await page.getByRole("button", { name: /^Large .*, Succeed, Succeeded$/ }).click();
    await page.getByRole("tab", { name: "Why" }).waitFor();
    assert.match(page.url(), /iteration=\d+/);
  },
);

journey(
  "names, data and causes with markup and reversed text are shown as text",
  async ({ page, create, start, openExecution }) => {
    const name = "<img src=x onerror=document.title='hit'>\u202e";
    const machine = await create("hostile", {
      StartAt: name,
      States: { [name]: { Type: "Fail", Error: "<script>hit</script>", Cause: `\u202e${"<b>long</b>".repeat(3000)}` } },
    });
    const execution = await start(machine, { "<b>key</b>": "\u202e<i>value</i>", big: "x".repeat(200_000) });
    await openExecution(execution);
    await page.getByRole("button", { name: "Show the state" }).click();
    await page.getByRole("tab", { name: "Input" }).click();
    await page
      .getByText('"<b>key</b>"')
      .or(page.getByRole("button", { name: /Load/ }))
      .first()
      .waitFor();
    await page.getByRole("button", { name: /Load/ }).click();
    await page.getByText('"<b>key</b>"').waitFor();
    await page.getByText(String.raw`"\u202e<i>value</i>"`).waitFor();
    assert.equal(await page.locator("b, i, img[src=x]").count(), 0);
    assert.doesNotMatch((await page.locator("body").textContent()) ?? "", /\u202e/);
  },
);

const allowed = { accessKeyId: "reader", secretAccessKey: "reader-secret-reader-secret" };
const admin = { accessKeyId: "admin", secretAccessKey: "admin-secret-admin-secret-1" };

journey(
  "who logs in with a read-only key sees everything, and is refused where they write",
  async ({ page, create, open }) => {
    await create("guarded", { StartAt: "A", States: { A: { Type: "Succeed" } } });
    await open("/");
    await page.getByRole("heading", { name: "Log in to Pawl" }).waitFor();
    await page.getByLabel("Access key ID").fill("reader");
    await page.getByLabel("Secret access key").fill("wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page
      .getByText(/no access key of that name with that secret/)
      .first()
      .waitFor();
    await page.getByLabel("Secret access key").fill(allowed.secretAccessKey);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("link", { name: "guarded" }).click();
    await page.getByRole("button", { name: "Start execution" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Start execution" }).click();
    await page.getByRole("dialog").getByText("Your key does not allow this").waitFor();
  },
  {
    credentials: admin,
    server: {
      auth: {
        keys: [
          admin,
          { ...allowed, allow: [{ actions: ["states:List*", "states:Describe*", "states:Get*"], resources: ["*"] }] },
        ],
      },
    },
    expected: /status of (400|401|403)/,
  },
);

journey("a Map Run is looked at, changed while it runs, and leads to its child executions", async (made) => {
  const { page, sfn, create, start, openExecution } = made;
  await sfn.send(new CreateActivityCommand({ name: "packing" }));
  const machine = await create("distributed", {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemsPath: "$.items",
        MaxConcurrency: 2,
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "Pack",
          States: { Pack: { Type: "Task", Resource: packing, End: true } },
        },
        End: true,
      },
    },
  });
  const execution = await start(machine, { items: [1, 2, 3, 4] });
  await openExecution(execution, `?state=${encodeURIComponent("/States/Each")}`);
  await page.getByRole("link", { name: "Map Run: its items and child executions" }).click();
  await page.getByRole("heading", { level: 1, name: "Map Run" }).waitFor();
  await page.getByRole("img", { name: "4 items: 2 running, 2 pending" }).waitFor();
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByLabel("Most at the same time").fill("4");
  await page.getByRole("dialog").getByRole("button", { name: "Change" }).click();
  await page.getByRole("table", { name: "Child executions" }).getByRole("row").nth(4).waitFor();
  await page.getByRole("button", { name: /^Status/ }).click();
  await page.getByRole("option", { name: "Failed" }).click();
  await page.getByText("No child execution is like that").waitFor();
  assert.match(page.url(), /status=FAILED/);
  await page.getByRole("button", { name: /^Status/ }).click();
  await page.getByRole("option", { name: "Any status" }).click();
  await page.getByRole("table", { name: "Child executions" }).getByRole("link").first().click();
  await page.getByRole("button", { name: /^Pack .*, Task, Waiting$/ }).waitFor();
  await page.getByRole("link", { name: "Its items and executions" }).click();
  await page.getByRole("heading", { level: 1, name: "Map Run" }).waitFor();
});
