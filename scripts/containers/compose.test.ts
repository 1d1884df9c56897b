// The files of Docker Compose without an engine: images by their versions, secrets by name alone, containers that may do
// nothing but their work; and the load balancer sends to the nodes that there are.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { parseConfiguration } from "../../src/server/configuration/configuration.ts";
import { usualCluster } from "../../src/server/configuration/cluster-settings.ts";

interface Service {
  readonly build?: string;
  readonly image: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}
type Services = Readonly<Record<string, Service>>;

const clone = join(import.meta.dirname, "..", "..");
const read = (name: string): string => readFileSync(join(clone, name), "utf8");
const servicesOf = (name: string): Services => (parse(read(name)) as { readonly services: Services }).services;
const files = ["compose.yaml", "compose.cluster.yaml"] as const;

for (const file of files) {
  const services = servicesOf(file);
  const servers = Object.values(services).filter(({ image }) => image === "pawl");

  test(`${file}: images are built here or named by their versions, and ports are open to this machine alone`, () => {
    for (const { image, build, ports = [] } of Object.values(services)) {
      if (image === "pawl") assert.equal(build, ".");
      else assert.match(image, /^[a-z]+:\d+\.\d+(\.\d+)?-trixie$/);
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
    }
  });

  test(`${file}: secrets come from outside, and the server takes its configuration`, () => {
    for (const { environment = {} } of Object.values(services)) {
      for (const [name, value] of Object.entries(environment))
        if (/SECRET|PASSWORD/.test(name)) assert.match(value, /^\$\{PAWL_\w+:\?[^}]+\}$/, name);
    }
    for (const { environment = {} } of servers) {
      const { PAWL_CONFIG_JSON = "" } = environment;
      const { auth } = parseConfiguration(JSON.parse(PAWL_CONFIG_JSON), "/data");
      assert.deepEqual(auth?.keys, [
        { accessKeyId: "admin", secret: { kind: "variable", name: "PAWL_ADMIN_SECRET" }, allow: undefined },
      ]);
      assert.ok(environment["PAWL_ADMIN_SECRET"] !== undefined);
    }
  });

  test(`${file}: servers write to their volumes alone, and have the time to end`, () => {
    assert.ok(servers.length > 0);
    for (const server of servers) {
      assert.equal(server.read_only, true);
      assert.deepEqual(server.cap_drop, ["ALL"]);
      assert.deepEqual(server.security_opt, ["no-new-privileges:true"]);
      assert.ok(Number.parseInt(server.stop_grace_period ?? "", 10) * 1000 >= usualCluster.drainMs + 5000);
    }
  });

  const hasCompose = spawnSync("docker", ["compose", "version"]).status === 0;
  test(`${file} is right for Docker Compose`, { skip: !hasCompose && "there is no docker compose" }, () => {
    const env = { ...process.env, PAWL_ADMIN_SECRET: "a".repeat(40), PAWL_POSTGRES_PASSWORD: "b".repeat(40) };
    const args = ["compose", "-f", join(clone, file), "config", "--quiet"];
    const { status, stderr } = spawnSync("docker", args, { env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  });
}

const balancer = "containers/haproxy.cfg";

test("the load balancer sends to the nodes that are ready", () => {
  const services = servicesOf("compose.cluster.yaml");
  const nodes = Object.keys(services).filter((name) => services[name]?.image === "pawl");
  assert.deepEqual(nodes, ["node-1", "node-2", "node-3"]);
  const servers = [...read(balancer).matchAll(/^ {2}server (\S+) (\S+)$/gm)].map(([, name, address]) => [
    name,
    address,
  ]);
  assert.deepEqual(
    servers,
    nodes.map((name) => [name, `${name}:8083`]),
  );
  assert.match(read(balancer), /http-check send meth GET uri \/ready\n/);
  assert.ok(services["balancer"]?.volumes?.includes(`./${balancer}:/usr/local/etc/haproxy/haproxy.cfg:ro`));
  for (const node of nodes) assert.match(services[node]?.healthcheck?.test.at(-1) ?? "", /8083\/ready/);
});

const hasHaproxy = spawnSync("haproxy", ["-v"]).status === 0;

test("HAProxy takes its file", { skip: !hasHaproxy && "there is no haproxy on the PATH" }, () => {
  const { status, stderr } = spawnSync("haproxy", ["-c", "-f", join(clone, balancer)], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr.replaceAll(/^.*could not resolve address.*$/gm, ""), /WARNING|ALERT/);
});
