// Clients of a simulated process, and what they do with an execution that they have started.
import assert from "node:assert/strict";
import { clientTokenMs } from "../engine/redrive.ts";
import type { Simulation } from "./simulation.ts";

/** Stops an execution after some time. */
export async function stopLater(simulation: Simulation, executionArn: string): Promise<void> {
  await simulation.pause(5_000);
  const stoppedAt = await simulation.ask((runtime) => runtime.stopExecution(executionArn, { error: "Stopped" }));
  const { status, stoppedAt: durableAt } = simulation.disk.execution(executionArn) ?? {};
  assert.notEqual(status, "RUNNING", "an acknowledged stop is durable");
  assert.equal(stoppedAt, durableAt);
}

/** Redrives an execution until it succeeds, each time with a client token of its own. */
export async function redriveUntilSuccess(simulation: Simulation, executionArn: string): Promise<void> {
  for (let redrives = 0; ;) {
    await simulation.pause(5_000);
    const { status } = simulation.disk.execution(executionArn) ?? {};
    if (status === "SUCCEEDED") return;
    if (status === "RUNNING") continue;
    redrives += 1;
    const send = () => simulation.ask((runtime) => runtime.redriveExecution(executionArn, `redrive ${redrives}`));
    const answers = [await send(), await send()];
    const { redriveCount = 0, redrivenAt = 0 } = simulation.disk.execution(executionArn) ?? {};
    assert.ok(redriveCount >= redrives, "an acknowledged redrive is durable");
    // Crash upon crash may keep the answer back for longer than a token is known.
    const isKnown = simulation.clock.now() < redrivenAt + clientTokenMs;
    if (isKnown) assert.equal(redriveCount, redrives, "a redrive happens once");
    const answer = { kind: "redriven", redrivenAt };
    if (isKnown) assert.deepEqual(answers, [answer, answer], "the same token is the same redrive");
    redrives = redriveCount;
  }
}

/** Deletes the machine of an execution after some time, and asks again until that is acknowledged. */
export async function deleteLater(simulation: Simulation, machineName: string): Promise<void> {
  await simulation.pause(5_000);
  await simulation.ask(async (runtime) => {
    const machine = await simulation.disk.store.catalogue.findStateMachine(machineName);
    if (machine !== undefined) await runtime.deleteStateMachine(machine);
  });
  const machine = await simulation.disk.store.catalogue.findStateMachine(machineName);
  assert.notEqual(machine?.status, "ACTIVE", "an acknowledged deletion has begun");
}
