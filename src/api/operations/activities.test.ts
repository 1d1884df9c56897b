// The answer that brings a task to its worker: whether it has left the process is told.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Payload } from "../../asl/payload.ts";
import type { ActivityTask } from "../../runtime/runtime.ts";
import { startFakeServer } from "../../testing/fake-server.ts";

void test("a task is known to be delivered when its answer is written, and to be lost when its worker has gone", async (t) => {
  const taking = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const found = [Promise.withResolvers<ActivityTask>(), Promise.withResolvers<ActivityTask>()] as const;
  let polls = 0;
  const server = await startFakeServer(t, {
    change: (runtime) => ({
      ...runtime,
      takeActivityTask: () => {
        const poll = polls++;
        taking[poll]?.resolve();
        return found[poll]?.promise ?? Promise.resolve(undefined);
      },
    }),
  });
  await server.send("CreateActivity", { name: "a" });
  const body = JSON.stringify({ activityArn: "arn:aws:states:us-east-1:000000000000:activity:a" });
  const { hostname, port } = new URL(server.url);
  const poll = () => {
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSStepFunctions.GetActivityTask\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    return socket;
  };
  const outcomes = found.map(({ resolve }) => {
    const told = Promise.withResolvers<boolean>();
    const handedOver = told.resolve;
    return {
      told: told.promise,
      hand: () => resolve({ kind: "task", taskToken: "t", input: Payload.ofText("{}"), handedOver }),
    };
  });

  const staying = poll();
  await taking[0].promise;
  outcomes[0]?.hand();
  assert.match(String((await once(staying, "data"))[0]), /"taskToken":"t"/);
  assert.equal(await outcomes[0]?.told, true);
  staying.destroy();

  const leaving = poll();
  await taking[1].promise;
  leaving.resetAndDestroy();
  await once(leaving, "close");
  outcomes[1]?.hand();
  assert.equal(await outcomes[1]?.told, false);
});
