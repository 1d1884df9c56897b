// Calls of AWS services: what becomes of those that cannot even be sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { callJsonApi } from "./json-api.ts";

test("credentials that no header can carry are not repeated", async () => {
  const rows = [
    { accessKeyId: "hidden\nid", secretAccessKey: "hidden" },
    { accessKeyId: "id", secretAccessKey: "hidden", sessionToken: "hidden\ntoken" },
    { accessKeyId: "id", secretAccessKey: "hidden", sessionToken: "hidden\u20ac" },
  ];
  for (const credentials of rows) {
    const api = {
      endpoint: "http://127.0.0.1:1",
      service: "logs",
      targetPrefix: "Logs_20140328",
      credentials,
      now: () => 0,
    };
    const { signal } = new AbortController();
    const answer = await callJsonApi(api, { action: "PutLogEvents", input: {}, region: "us-east-1", signal });
    assert.equal(answer.kind, "unreachable");
    assert.match(answer.message, /^a header cannot be sent(?!.*hidden)/);
  }
});
