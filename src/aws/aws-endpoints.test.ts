// Addresses of services in AWS itself, by its own rules.
import assert from "node:assert/strict";
import { test } from "node:test";
import { awsEndpointOf } from "./aws-endpoints.ts";

test("a service is at the address of its region", () => {
  assert.equal(awsEndpointOf("sqs", "eu-west-1", {}).url.href, "https://sqs.eu-west-1.amazonaws.com/");
});

test("an address that wants another signature is none", () => {
  const parameters = { KvsARN: "arn:aws:cloudfront::123456789012:key-value-store/a" };
  assert.throws(
    () => awsEndpointOf("cloudfrontkeyvaluestore", "us-east-1", parameters),
    /cloudfrontkeyvaluestore in AWS wants requests that are signed with sigv4a here/,
  );
});
