import assert from "node:assert/strict";
import { test } from "node:test";
import { testServerOptions } from "../testing/server-options.ts";
import { startServer } from "./start-server.ts";

test("a headless server has the API and the probes, and no console", async () => {
  const server = await startServer({ ...testServerOptions, isHeadless: true });
  try {
    const page = { headers: { accept: "text/html" } };
    const statuses = await Promise.all(
      ["/", "/console/summary", "/executions/any", "/health"].map(
        async (path) => (await fetch(server.url + path, page)).status,
      ),
    );
    assert.deepEqual(statuses, [404, 404, 404, 200]);
  } finally {
    await server.close();
  }
});
