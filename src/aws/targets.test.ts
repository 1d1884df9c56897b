// Where requests go: the configuration file, the environment, the profile, and nowhere without any of them.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type ServiceSettings, type Target, Targets } from "./targets.ts";

const sqs = { name: "Sqs", serviceId: "SQS" };
const beanstalk = { name: "ElasticBeanstalk", serviceId: "Elastic Beanstalk" };
const folder = mkdtempSync(join(tmpdir(), "pawl-targets-"));
after(() => rmSync(folder, { recursive: true }));
const keyId = "AKIAIOSFODNN7EXAMPLE";
const ownKeyId = "AKIAREADERREADERREADER";
const none = join(folder, "none");
const config = join(folder, "config");
writeFileSync(
  config,
  `[default]
region = eu-west-1
endpoint_url = http://general:1
[profile local]
region = ap-south-1
services = mine
[profile plain]
[services mine]
elastic_beanstalk =
  endpoint_url = http://beanstalk:2
`,
);

interface Case {
  readonly name: string;
  readonly service?: typeof sqs;
  readonly environment?: Readonly<Record<string, string>>;
  readonly services?: ReadonlyMap<string, ServiceSettings>;
  readonly region?: string;
  readonly target: readonly [kind: Target["kind"], url?: string | undefined, region?: string, says?: string];
}

const cases: readonly Case[] = [
  { name: "nothing is configured", target: ["notConfigured"] },
  {
    name: "a general endpoint",
    environment: { AWS_ENDPOINT_URL: "http://local:4566" },
    target: ["endpoint", "http://local:4566/", "us-east-1", "AWS_ENDPOINT_URL"],
  },
  {
    name: "an endpoint of the service before the general one",
    service: beanstalk,
    environment: { AWS_ENDPOINT_URL: "http://local:4566", AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: "https://own/base" },
    target: ["endpoint", "https://own/base", "us-east-1", "AWS_ENDPOINT_URL_ELASTIC_BEANSTALK"],
  },
  {
    name: "the file before the environment",
    environment: { AWS_ENDPOINT_URL_SQS: "http://variable", AWS_REGION: "eu-west-3" },
    services: new Map([["sqs", { endpoint: "http://file:9324", region: "eu-north-1" }]]),
    target: ["endpoint", "http://file:9324/", "eu-north-1", "pawl.config.json"],
  },
  {
    name: "the region of the call before that of the service",
    services: new Map([["sqs", { endpoint: "http://file:9324", region: "eu-north-1" }]]),
    region: "sa-east-1",
    target: ["endpoint", "http://file:9324/", "sa-east-1", "pawl.config.json"],
  },
  {
    name: "this very server is no endpoint of others",
    environment: { AWS_ENDPOINT_URL: "http://127.0.0.1:8083" },
    target: ["notConfigured"],
  },
  {
    name: "AWS itself where there are credentials",
    environment: { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: "s", AWS_DEFAULT_REGION: "eu-west-2" },
    target: ["aws", undefined, "eu-west-2", "AWS_ACCESS_KEY_ID"],
  },
  {
    name: "the dummies of pawl env are not those of AWS",
    environment: { AWS_ACCESS_KEY_ID: "pawl", AWS_SECRET_ACCESS_KEY: "pawl" },
    target: ["notConfigured"],
  },
  {
    name: "the server's own key is not one of AWS",
    environment: { AWS_ACCESS_KEY_ID: ownKeyId, AWS_SECRET_ACCESS_KEY: "s" },
    target: ["notConfigured"],
  },
  {
    name: "AWS itself where the file says so",
    services: new Map([["sqs", { endpoint: "aws" }]]),
    environment: { AWS_ENDPOINT_URL: "http://local:4566" },
    target: ["aws", undefined, "us-east-1", "pawl.config.json"],
  },
  {
    name: "an endpoint of the default profile, whose region waits for AWS_PROFILE",
    environment: { AWS_CONFIG_FILE: config },
    target: ["endpoint", "http://general:1/", "us-east-1", "the profile default"],
  },
  {
    name: "an endpoint that a profile has for the service",
    service: beanstalk,
    environment: { AWS_CONFIG_FILE: config, AWS_PROFILE: "local" },
    target: ["endpoint", "http://beanstalk:2/", "ap-south-1", "the profile local"],
  },
  {
    name: "AWS itself for a profile without endpoints",
    environment: { AWS_CONFIG_FILE: config, AWS_PROFILE: "plain" },
    target: ["aws", undefined, "us-east-1", "AWS_PROFILE"],
  },
  {
    name: "endpoints that are to be ignored",
    environment: { AWS_ENDPOINT_URL: "http://local:4566", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
    target: ["notConfigured"],
  },
  { name: "an address that is none", environment: { AWS_ENDPOINT_URL: "local:4566" }, target: ["notConfigured"] },
];

for (const { name, service = sqs, environment = {}, services = new Map(), region, target } of cases) {
  test(name, async () => {
    const targets = new Targets({
      environment: { AWS_CONFIG_FILE: none, ...environment },
      services,
      region: "us-east-1",
      isOwnAddress: (address) => address === "http://127.0.0.1:8083",
      ownKeyIds: [ownKeyId],
    });
    const found = await targets.targetOf(service, region);
    const url = found.kind === "endpoint" ? found.url.href : undefined;
    const said = found.kind === "notConfigured" ? [] : [url, found.region, found.says];
    assert.deepEqual([found.kind, ...said], target);
  });
}

test("whoever configured nothing is shown the line to add", async () => {
  const environment = { AWS_CONFIG_FILE: none };
  const targets = new Targets({ environment, services: new Map(), region: "us-east-1", isOwnAddress: () => false });
  const found = await targets.targetOf(beanstalk);
  assert.ok(found.kind === "notConfigured");
  assert.match(found.message, /"services": \{ "elasticbeanstalk": \{ "endpoint": "http:\/\/127\.0\.0\.1:4566" \} \}/);
  assert.match(found.message, /AWS_ENDPOINT_URL_ELASTIC_BEANSTALK/);
});

test("an endpoint without credentials is called as anybody, and with those of the environment", async () => {
  const credentialsIn = async (environment: Readonly<Record<string, string>>) => {
    const targets = new Targets({
      environment: { AWS_CONFIG_FILE: none, AWS_ENDPOINT_URL: "http://local:4566", ...environment },
      services: new Map(),
      region: "us-east-1",
      isOwnAddress: () => false,
    });
    return targets.credentialsFor(await targets.targetOf(sqs));
  };
  assert.deepEqual(await credentialsIn({}), { accessKeyId: "test", secretAccessKey: "test" });
  const given = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" };
  assert.deepEqual(await credentialsIn(given), {
    accessKeyId: "AKID",
    secretAccessKey: "secret",
    sessionToken: "token",
  });
});
