// Journeys through all that is kept beside executions: versions, aliases, tags, activities, and the reader's own views.
import assert from "node:assert/strict";
import {
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  ListActivitiesCommand,
  ListStateMachineVersionsCommand,
  ListTagsForResourceCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { type Console, journey } from "./browser.ts";

const passing = { StartAt: "A", States: { A: { Type: "Succeed" } } };
const failing = { StartAt: "A", States: { A: { Type: "Fail", Error: "E" } } };

const press = async ({ page }: Console, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();

/** Chooses from the menu of a row. */
async function act(made: Console, of: string, action: string): Promise<void> {
  await press(made, `Actions on ${of}`);
  await made.page.getByRole("menuitem", { name: action }).click();
}

async function confirm({ page }: Console, verb: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: verb, exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

journey(
  "versions are published and deleted, and an alias leads to two of them by weight",
  async (made) => {
    const { page, sfn, create, open } = made;
    const machine = await create("orders", passing);
    const publish = async (version: number): Promise<void> => {
      await press(made, "Publish version");
      await page.getByLabel("Description").fill(`Number ${version}`);
      await confirm(made, "Publish");
      await page.getByRole("row", { name: new RegExp(`^${version} `) }).waitFor();
    };
    await open(`/machines/${encodeURIComponent(machine)}?tab=versions`);
    await publish(1);
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn: machine, definition: JSON.stringify(failing) }));
    await page.reload();
    await publish(2);
    await page.getByRole("tab", { name: "Aliases" }).click();
    await press(made, "Create alias");
    await page.getByLabel("Name").fill("live");
    await page.getByLabel("Description").fill("What the shop calls");
    await confirm(made, "Create alias");
    await page.getByRole("row", { name: /live.*Version 2 \(100 %\)/ }).waitFor();
    await act(made, "alias live", "Change");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Second version/ })
      .click();
    await page.getByRole("option", { name: "Version 1" }).click();
    await page.getByLabel("Share of the second version, percent").fill("25");
    await page.getByText("Version 2 takes the other 75 %.").waitFor();
    await confirm(made, "Change");
    await page.getByRole("row", { name: /Version 2 \(75 %\), Version 1 \(25 %\)/ }).waitFor();
    const { routingConfiguration = [] } = await sfn.send(
      new DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${machine}:live` }),
    );
    assert.deepEqual(
      routingConfiguration.map(({ stateMachineVersionArn, weight }) => [stateMachineVersionArn, weight]),
      [
        [`${machine}:2`, 75],
        [`${machine}:1`, 25],
      ],
    );
    await act(made, "alias live", "Start execution");
    await page.getByRole("dialog").getByText("Alias live").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Start execution" }).click();
    await page
      .getByText(/^(Succeeded|Failed)$/)
      .first()
      .waitFor();
    await page.getByText("Alias", { exact: true }).waitFor();
    await open(`/machines/${encodeURIComponent(machine)}?tab=versions`);
    await act(made, "version 1", "Delete");
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    // It is refused where it happened: the alias leads there.
    await page.getByRole("dialog").getByText(/alias/i).last().waitFor();
    await press(made, "Cancel");
    await page.getByRole("tab", { name: "Aliases" }).click();
    await act(made, "alias live", "Delete");
    await confirm(made, "Delete");
    await page.getByText("There is no alias").waitFor();
    await page.getByRole("tab", { name: "Versions" }).click();
    await act(made, "version 1", "Delete");
    await confirm(made, "Delete");
    await page.getByRole("row", { name: /^1 / }).waitFor({ state: "detached" });
    const { stateMachineVersions = [] } = await sfn.send(
      new ListStateMachineVersionsCommand({ stateMachineArn: machine }),
    );
    assert.deepEqual(
      stateMachineVersions.map(({ stateMachineVersionArn }) => stateMachineVersionArn),
      [`${machine}:2`],
    );
  },
  { expected: /status of 400/ },
);

journey(
  "tags are added, changed and taken away, and a wrong one is refused where it is",
  async (made) => {
    const { page, sfn, create, open } = made;
    const machine = await create("orders", passing);
    const tags = async (): Promise<unknown> =>
      (await sfn.send(new ListTagsForResourceCommand({ resourceArn: machine }))).tags;
    await open(`/machines/${encodeURIComponent(machine)}?tab=tags`);
    await press(made, "Add tag");
    await page.getByLabel("Key").fill("team");
    await page.getByLabel("Value").fill("<b>shop</b>");
    await page.keyboard.press("Enter");
    // AWS allows no such value: what it says stands where it was given.
    await page.getByRole("dialog").getByText("Invalid tag: Tag 'team' must consist of").waitFor();
    assert.equal(await page.locator("b").count(), 0);
    await page.getByLabel("Value").fill("shop");
    await confirm(made, "Add");
    await page.getByRole("row", { name: "team shop" }).waitFor();
    await act(made, "tag team", "Change");
    await page.getByLabel("Value").fill("store");
    await confirm(made, "Change");
    await page.getByRole("row", { name: "team store" }).waitFor();
    assert.deepEqual(await tags(), [{ key: "team", value: "store" }]);
    await act(made, "tag team", "Take away");
    await confirm(made, "Take away");
    await page.getByText("There is no tag").waitFor();
    assert.deepEqual(await tags(), []);
  },
  { expected: /status of 400/ },
);

journey("activities are created and deleted", async (made) => {
  const { page, sfn, open } = made;
  await open("/activities");
  await press(made, "Create activity");
  await page.getByLabel("Name").fill("packing");
  await page.keyboard.press("Enter");
  await page.getByRole("row", { name: /^packing/ }).waitFor();
  await act(made, "activity packing", "Delete");
  await confirm(made, "Delete");
  await page.getByText("There is no activity yet").waitFor();
  assert.deepEqual((await sfn.send(new ListActivitiesCommand({}))).activities, []);
});

journey("a filter is in the address, is saved as a view, and is found again", async (made) => {
  const { page, create, start, open } = made;
  const machine = await create("orders", failing);
  await start(machine, {}, "first");
  const address = `/machines/${encodeURIComponent(machine)}`;
  await open(`${address}?status=FAILED&within=day`);
  await page.getByRole("link", { name: "first" }).waitFor();
  await press(made, "Views");
  await page.getByRole("menuitem", { name: "Save this filter as a view" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Today's failures");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Today's failures" }).waitFor();
  await open(`${address}?status=RUNNING`);
  await page.getByText("No execution is like that").waitFor();
  await press(made, "Views");
  await page.getByRole("menuitemcheckbox", { name: "Today's failures" }).click();
  await page.getByRole("link", { name: "first" }).waitFor();
  assert.match(page.url(), /status=FAILED.*within=day/);
  await press(made, "Today's failures");
  await page.getByRole("menuitem", { name: "Forget Today's failures" }).click();
  await page.getByRole("button", { name: "Views", exact: true }).waitFor();
  // Until a time before there was anything.
  await open(`${address}?to=1000`);
  await page.getByText("No execution is like that").waitFor();
  await page.getByText("1970-01-01T00:00:01.000Z").waitFor();
});

journey("several executions are stopped at once: first it shows which, and then how each has fared", async (made) => {
  const { page, sfn, create, start, open } = made;
  const machine = await create("orders", {
    StartAt: "A",
    States: { A: { Type: "Wait", Seconds: 99_999, End: true } },
  });
  const running = [await start(machine, {}, "first"), await start(machine, {}, "second")];
  await open(`/machines/${encodeURIComponent(machine)}`);
  await page.getByRole("link", { name: "second" }).waitFor();
  await page.getByRole("checkbox", { name: "Choose all that are shown" }).check({ force: true });
  await press(made, "Stop or redrive");
  await page.getByRole("menuitem", { name: "Stop 2" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Stop 2 executions?").waitFor();
  await dialog.getByRole("row", { name: /second Running –/ }).waitFor();
  await dialog.getByRole("button", { name: "Stop", exact: true }).click();
  await dialog.getByRole("row", { name: /second .* Stopped/ }).waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  for (const executionArn of running) {
    assert.equal((await sfn.send(new DescribeExecutionCommand({ executionArn }))).status, "ABORTED");
  }
});
