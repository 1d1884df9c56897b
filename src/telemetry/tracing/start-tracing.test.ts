// Spans on their way to a collector that is not always well.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { createRuntime } from "../../runtime/create-runtime.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { startFakeCollector } from "../../testing/fake-collector.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { testMapRunner } from "../../testing/test-map-runner.ts";
import { startTracing } from "./start-tracing.ts";

test("spans wait while a collector is unwell, executions do not, and the log has a line a minute", async (t) => {
  // The exporter gives up before its own first pause.
  process.env["OTEL_EXPORTER_OTLP_TIMEOUT"] = "500";
  t.after(() => delete process.env["OTEL_EXPORTER_OTLP_TIMEOUT"]);
  const collector = await startFakeCollector(t);
  collector.status = 503;
  const clock = new SimulatedClock();
  const store = openMemoryStore();
  const arns = { partition: "aws", region: "us-east-1", account: "123456789012" };
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  const url = `${collector.url}/v1/traces`;
  const facts = { url, protocol: "http/json", version: "1.2.3", machines: "all" } as const;
  const tracing = await startTracing({ ...facts, store, arns, clock, log });
  const runtime = createRuntime({
    elapsed: () => 0,
    store,
    clock,
    arns,
    watch: tracing.watch,
    isKnownActivity: () => true,
    createMapRunner: testMapRunner,
    childOutcome: () => ({ kind: "failed" }),
    perform: () => new Promise(() => undefined),
    log,
  });
  const definition = JSON.stringify({ StartAt: "Only", States: { Only: { Type: "Pass", End: true } } });
  const machine = { name: "m", type: "STANDARD", createdAt: 0, tags: {} } as const;
  const stateMachine = await store.catalogue.createStateMachine(machine, { createdAt: 0, definition, roleArn: "r" });
  const revision = await store.catalogue.readRevision(stateMachine?.revisionId ?? 0);
  assert.ok(stateMachine !== undefined && revision !== undefined);
  const start = () => runtime.startExecution({ stateMachine, revision, input: Payload.ofText("{}") });

  /** Sends what is due, and waits until it is settled: the timer that bounds the sending is gone then. */
  const send = async (): Promise<void> => {
    clock.advanceToNext();
    const timeoutAt = clock.nextAt;
    await until(() => clock.nextAt !== timeoutAt);
  };
  for (let sendings = 0; sendings < 3; sendings++) {
    assert.equal((await start()).kind, "started");
    await send();
  }
  assert.equal(logged.length, 1);
  assert.match(
    logged[0] ?? "",
    /^Spans for http:\/\/127\.0\.0\.1:\d+\/v1\/traces cannot all be delivered: .* Waiting: 2\.$/,
  );
  const failed = collector.requests.length;
  collector.status = 200;
  await send();
  await tracing.close();
  const arrived = collector.requests.slice(failed).flatMap(({ spans }) => spans.map(({ spanId }) => spanId));
  assert.equal(new Set(arrived).size, 6);
});

/** Generous: for machines that have other things to do. */
async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isSo()) {
    assert.ok(Date.now() < deadline, "the condition comes true");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
