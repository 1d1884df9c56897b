// Pages when not all is well, when there is nothing yet, and with dialogues open: each is looked at as every page is.
import assert from "node:assert/strict";
import { CreateActivityCommand } from "@aws-sdk/client-sfn";
import { journey } from "./browser.ts";
import { exampleServer, furnish } from "./furnish.ts";
import { findProblems, settle } from "./look.ts";

journey("a server with nothing on it says on every page what comes there", async ({ page, open }) => {
  const found: string[] = [];
  const pages = {
    "/": "Nothing is deployed yet",
    "/inbox": "Nobody is waited for",
    "/activities": "There is no activity yet",
    "/history": "Drop a history here",
  };
  for (const [path, words] of Object.entries(pages)) {
    await open(path);
    await page.getByText(words).waitFor();
    found.push(...(await findProblems(page, path)));
  }
  assert.deepEqual(found, []);
});

journey("a machine with nothing says so in each of its parts", async ({ page, open, create }) => {
  const found: string[] = [];
  const arn = await create("new", { StartAt: "A", States: { A: { Type: "Succeed" } } });
  const parts = {
    "": "No executions yet",
    "?tab=versions": "No version is published",
    "?tab=aliases": "There is no alias",
    "?tab=tags": "There is no tag",
  };
  for (const [query, words] of Object.entries(parts)) {
    await open(`/machines/${encodeURIComponent(arn)}${query}`);
    await page.getByText(words).waitFor();
    found.push(...(await findProblems(page, query)));
  }
  assert.deepEqual(found, []);
});

journey(
  "dialogues are looked at as pages are",
  async (made) => {
    const { page, open } = made;
    const { pages } = await furnish(made);
    const found: string[] = [];
    const dialogs: readonly (readonly [path: string, ...buttons: readonly string[]])[] = [
      ["executions", "Start execution"],
      ["executions", "More actions", "Delete"],
      ["versions", "Publish version"],
      ["aliases", "Create alias"],
      ["aliases", "Actions on alias live", "Change"],
      ["tags", "Actions on tag team", "Take away"],
      ["map run", "Change"],
      ["waiting", "Stop"],
      ["inbox", "Answer Ask of springs"],
      ["activities", "Create activity"],
    ];
    for (const [name, ...buttons] of dialogs) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await open(pages[name] ?? "");
      await settle(page);
      for (const button of buttons) {
        await page
          .getByRole("button", { name: button, exact: true })
          .or(page.getByRole("menuitem", { name: button, exact: true }))
          .first()
          .click();
      }
      await page.getByRole("dialog").waitFor();
      found.push(...(await findProblems(page, `${name}: ${buttons.join(", ")}`)));
    }
    await page.keyboard.press("Escape");
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox", { name: /^Go to/ }).waitFor();
    found.push(...(await findProblems(page, "palette")));
    assert.deepEqual(found, []);
  },
  { server: exampleServer },
);

const admin = { accessKeyId: "admin", secretAccessKey: "admin-secret-admin-secret-1" };

journey(
  "the login is looked at as pages are, with a refusal on it",
  async ({ page, open }) => {
    await open("/");
    await page.getByRole("heading", { name: "Log in to Pawl" }).waitFor();
    const found = [...(await findProblems(page, "login"))];
    await page.getByLabel("Access key ID").fill("nobody");
    await page.getByLabel("Secret access key").fill("wrong");
    await page.keyboard.press("Enter");
    await page
      .getByText(/no access key of that name/)
      .first()
      .waitFor();
    found.push(...(await findProblems(page, "refused login")));
    assert.deepEqual(found, []);
  },
  { server: { auth: { keys: [admin] } }, credentials: admin, expected: /status of (400|401|403)/ },
);

journey(
  "without its server the page says so, keeps what it shows, and goes on when the server is back",
  async ({ page, open, create }) => {
    await create("hello", { StartAt: "A", States: { A: { Type: "Succeed" } } });
    await open("/");
    await page.getByRole("link", { name: "hello" }).waitFor();
    // The loading of further pages is part of what a reader without a server does.
    await page.getByRole("link", { name: "Inbox" }).click();
    await page.getByText("Nobody is waited for").waitFor();
    await page.getByRole("link", { name: "State machines" }).first().click();
    await page.context().setOffline(true);
    await page.getByText("The server cannot be reached").waitFor();
    await page.getByRole("link", { name: "hello" }).waitFor();
    assert.deepEqual(await findProblems(page, "offline"), []);
    await page.context().setOffline(false);
    await page.getByText("The server cannot be reached").waitFor({ state: "detached" });
  },
  { expected: /ERR_INTERNET_DISCONNECTED|Failed to load resource/ },
);

journey("who wants no motion gets none: what is at work is told by its mark and word", async (made) => {
  const { page, sfn, create, start, openExecution } = made;
  await sfn.send(new CreateActivityCommand({ name: "packing" }));
  const resource = "arn:aws:states:us-east-1:123456789012:activity:packing";
  const machine = await create("waiting", {
    StartAt: "Pack",
    States: { Pack: { Type: "Task", Resource: resource, End: true } },
  });
  await openExecution(await start(machine));
  await page.getByRole("button", { name: /^Pack .*, Task, Waiting$/ }).waitFor();
  const moving = (): Promise<number> =>
    page.evaluate<number>(`document.getAnimations().filter(({ playState }) => playState === "running").length`);
  assert.equal(await moving(), 0);
});

journey(
  "a history with values of a megabyte, markup and reversed text in it is shown as text, and soon",
  async (made) => {
    const { page, open } = made;
    const name = "\u202e<img src=x onerror=document.title='hit'>";
    const large = JSON.stringify({ "<b>": "x".repeat(1_000_000), list: Array.from({ length: 50_000 }, (_, n) => n) });
    const events = [
      { id: 1, previousEventId: 0, type: "ExecutionStarted", executionStartedEventDetails: { input: large } },
      { id: 2, previousEventId: 0, type: "PassStateEntered", stateEnteredEventDetails: { name, input: large } },
      { id: 3, previousEventId: 2, type: "PassStateExited", stateExitedEventDetails: { name, output: large } },
      {
        id: 4,
        previousEventId: 3,
        type: "ExecutionFailed",
        executionFailedEventDetails: { error: "<i>Large</i>", cause: "\u202e<u>why</u>".repeat(80_000) },
      },
    ].map((event) => ({ ...event, timestamp: 1_767_225_600 + event.id }));
    await open("/history");
    const file = { name: "large.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify({ events })) };
    await page.getByLabel("Files with a history and its definition").setInputFiles([file]);
    await page.getByText("<i>Large</i>").waitFor();
    await page
      .getByRole("button", { name: /onerror/ })
      .first()
      .click();
    await page.getByRole("tab", { name: "Input" }).click();
    await page.getByText('"<b>"').waitFor();
    await page
      .getByRole("button", { name: /^Show more/ })
      .first()
      .waitFor();
    assert.equal(await page.locator("b, i, u, img[src=x]").count(), 0);
    assert.doesNotMatch((await page.locator("body").textContent()) ?? "", /\u202e/);
    // Parts that nobody looks at are not made.
    assert.ok((await page.locator("*").count()) < 5000);
  },
);
