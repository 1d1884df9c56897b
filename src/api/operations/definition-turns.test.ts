// Definitions are checked while others are served, and one that costs too much is refused by name in every action.
import assert from "node:assert/strict";
import { test } from "node:test";
import { validateDefinition } from "../../asl/validate/validate.ts";
import { startFakeServer } from "../../testing/fake-server.ts";

const expression = "{% $sum($states.input.orders[price > 100].(price * quantity)) %}";

const jsonataMachine = (states: number, output: unknown): string =>
  JSON.stringify({
    StartAt: "S0",
    QueryLanguage: "JSONata",
    States: Object.fromEntries(
      Array.from({ length: states }, (_, i) => [
        `S${i}`,
        { Type: "Pass", Output: output, ...(i === states - 1 ? { End: true } : { Next: `S${i + 1}` }) },
      ]),
    ),
  });

const real: Parameters<typeof startFakeServer>[1] = {
  validateDefinition: (text, type) => validateDefinition(text, { type }),
};

test("other requests are answered while a large definition is checked", async (t) => {
  const server = await startFakeServer(t, real);
  await server.send("ListStateMachines", {});
  const definition = jsonataMachine(
    1_200,
    Array.from({ length: 5 }, () => expression),
  );
  const checked = server.send("ValidateStateMachineDefinition", { definition });
  const state = { isChecked: false, answers: 0 };
  void checked.then(() => (state.isChecked = true));
  for (; !state.isChecked; state.answers++) await server.send("ListStateMachines", {});
  assert.deepEqual((await checked).body, { result: "OK", diagnostics: [], truncated: false });
  // The first may have been before, and the last was when it was over.
  assert.ok(state.answers >= 4, `${state.answers} requests were answered`);
});

test("a definition that costs too much is refused by create, update and test", async (t) => {
  const server = await startFakeServer(t, real);
  const roleArn = "arn:aws:iam::000000000000:role/r";
  const costly = jsonataMachine(1, `{% ${"(".repeat(13)}$a${" ?: 1)".repeat(13)} %}`);
  const finding =
    "Invalid State Machine Definition: 'TOO_COSTLY: The field takes too much work to compile: make it simpler " +
    "at /States/S0/Output'";
  const refused = async (action: string, body: object): Promise<void> => {
    const answer = await server.send(action, body);
    assert.deepEqual(
      [answer.status, answer.body["__type"], answer.body["message"]],
      [400, "InvalidDefinition", finding],
    );
  };
  const made = await server.send("CreateStateMachine", {
    name: "m",
    roleArn,
    definition: jsonataMachine(1, expression),
  });
  assert.equal(made.status, 200);
  await refused("CreateStateMachine", { name: "n", roleArn, definition: costly });
  await refused("UpdateStateMachine", { stateMachineArn: made.body["stateMachineArn"], definition: costly });
  await refused("TestState", { definition: costly, stateName: "S0", input: "{}" });
});
