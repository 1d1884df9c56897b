// The Helm chart, rendered by Helm itself where there is one (on the PATH, or named by PAWL_TEST_HELM): what a node may do, how
// it ends, and that the server takes the configuration it is given.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { isJsonObject, type JsonObject, parseJson } from "../../src/asl/json.ts";
import { parseConfiguration } from "../../src/server/configuration/configuration.ts";
import { readDockerfile } from "./image-tree.ts";

const clone = join(import.meta.dirname, "..", "..");
const chart = join(clone, "charts", "pawl");
const { PAWL_TEST_HELM: helm = "helm" } = process.env;
const hasHelm = spawnSync(helm, ["version"]).status === 0;
const skip = !hasHelm && "there is no helm on the PATH, and none in PAWL_TEST_HELM: the chart is not rendered";

interface Rendered {
  readonly status: number | null;
  readonly said: string;
  /** By kind. */
  readonly objects: Readonly<Record<string, JsonObject>>;
}

function render(values: object): Rendered {
  const given = { input: JSON.stringify(values), encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(helm, ["template", "orders", chart, "--values", "-"], given);
  const documents = parseAllDocuments(status === 0 ? stdout : "").map((each): unknown => each.toJS());
  const objects = documents.filter((each) => each !== null).map((each) => [String(at(each, "kind")), each]);
  return { status, said: stderr, objects: Object.fromEntries(objects) as Rendered["objects"] };
}

/** The value at a path, whose numbers are positions in lists. */
function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((within, name) => (within as JsonObject | undefined)?.[name], value);
}

const auth = { secretName: "pawl-keys" };
const postgres = { secretName: "pawl-postgres" };
const podOf = (objects: Rendered["objects"], kind: string): unknown => at(objects[kind], "spec.template.spec");

test("the chart is of this version, and its values are those of their schema", () => {
  const read = (name: string): unknown => parse(readFileSync(join(chart, name), "utf8"));
  const { version } = parseJson(readFileSync(join(clone, "package.json"), "utf8")) as JsonObject;
  assert.equal(at(read("Chart.yaml"), "appVersion"), version);
  const known = Object.keys(at(read("values.schema.json"), "properties") as object).filter((name) => name !== "global");
  assert.deepEqual(Object.keys(read("values.yaml") as object).sort(), known.sort());
});

test("Helm's own check finds nothing to say", { skip }, () => {
  const { status, stdout } = spawnSync(helm, ["lint", "--strict", chart, "--set", "auth.secretName=k"], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
  assert.doesNotMatch(stdout, /WARNING|ERROR/);
});

test(
  "one node has its file on a volume; nodes on a PostgreSQL have none, and are upgraded one by one",
  { skip },
  () => {
    const common = ["ConfigMap", "Service"];
    const rows = [
      [{ auth }, [...common, "StatefulSet"], 1],
      [{ auth, postgres }, [...common, "Deployment"], 1],
      [{ auth, postgres, replicas: 3 }, [...common, "Deployment", "PodDisruptionBudget"], 3],
    ] as const;
    for (const [values, kinds, replicas] of rows) {
      const { objects, said } = render(values);
      assert.deepEqual(Object.keys(objects).sort(), [...kinds].sort(), said);
      const workload = objects["StatefulSet"] ?? objects["Deployment"];
      assert.equal(at(workload, "spec.replicas"), replicas);
      assert.deepEqual(at(workload, "spec.selector.matchLabels"), at(objects["Service"], "spec.selector"));
    }
    const { StatefulSet } = render({ auth, sqlite: { size: "3Gi", storageClassName: "fast" } }).objects;
    assert.deepEqual(at(StatefulSet, "spec.volumeClaimTemplates.0.spec"), {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage: "3Gi" } },
    });
    const { Deployment } = render({ auth, postgres, replicas: 3 }).objects;
    assert.deepEqual(at(Deployment, "spec.strategy.rollingUpdate"), { maxSurge: 1, maxUnavailable: 0 });
    assert.equal((at(Deployment, "spec.template.spec.topologySpreadConstraints") as readonly unknown[]).length, 2);
    assert.deepEqual(at(Deployment, "spec.template.spec.containers.0.env.1"), {
      name: "PAWL_DB",
      valueFrom: { secretKeyRef: { name: "pawl-postgres", key: "url" } },
    });
  },
);

test("a node is the image's user, writes to its volumes alone, and may nothing else", { skip }, () => {
  const stages = readDockerfile(readFileSync(join(clone, "Dockerfile"), "utf8"));
  const user = stages.at(-1)?.instructions.find(({ name }) => name === "USER")?.words;
  for (const [values, kind] of [
    [{ auth }, "StatefulSet"],
    [{ auth, postgres }, "Deployment"],
  ] as const) {
    const pod = podOf(render(values).objects, kind);
    const { runAsUser, runAsGroup, ...rest } = at(pod, "securityContext") as JsonObject;
    assert.equal(`${String(runAsUser)}:${String(runAsGroup)}`, user);
    assert.deepEqual(rest, {
      runAsNonRoot: true,
      fsGroup: runAsUser,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(at(pod, "containers.0.securityContext"), {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
    assert.equal(at(pod, "automountServiceAccountToken"), false);
    assert.equal(at(pod, "enableServiceLinks"), false);
    assert.equal(at(pod, "containers.0.livenessProbe.httpGet.path"), "/health");
    assert.equal(at(pod, "containers.0.readinessProbe.httpGet.path"), "/ready");
  }
});

test("a node gets the time to hand over, and five seconds more", { skip }, () => {
  const rows = [
    [{}, 3 + 5 + 5],
    [{ preStopSeconds: 0 }, 5 + 5],
    [{ config: { cluster: { drainMs: 20_500 } } }, 3 + 21 + 5],
    [{ config: { cluster: { drainMs: 0 } } }, 3 + 5],
  ] as const;
  for (const [values, seconds] of rows) {
    const pod = podOf(render({ auth, postgres, ...values }).objects, "Deployment");
    assert.equal(at(pod, "terminationGracePeriodSeconds"), seconds);
  }
});

test(
  "the server takes the configuration that the chart writes, and reads secrets from where they are mounted",
  { skip },
  () => {
    const allow = [{ actions: ["states:Start*"] }];
    const { objects } = render({
      auth: { ...auth, keys: [{ accessKeyId: "admin" }, { accessKeyId: "orders", allow }] },
      encryption: { secretName: "pawl-encryption", secretKey: "key" },
      config: { region: "eu-west-1", limits: { openExecutions: 5_000_000 }, cluster: { drainMs: 8000 } },
    });
    const written = parseJson(
      String((at(objects["ConfigMap"], "data") as JsonObject)["pawl.config.json"]),
    ) as JsonObject;
    const { auth: read, encryption, region, limits } = parseConfiguration(written, "/etc/pawl/configuration");
    assert.deepEqual(read?.keys, [
      { accessKeyId: "admin", secret: { kind: "file", path: "/etc/pawl/keys/admin" }, allow: undefined },
      { accessKeyId: "orders", secret: { kind: "file", path: "/etc/pawl/keys/orders" }, allow },
    ]);
    assert.deepEqual(
      [encryption?.keyFile, region, limits?.openExecutions],
      ["/etc/pawl/encryption/pawl.key", "eu-west-1", 5_000_000],
    );
    const pod = podOf(objects, "StatefulSet");
    const volumes = (at(pod, "volumes") as readonly JsonObject[]).filter((volume) =>
      isJsonObject(volume["secret"] ?? null),
    );
    assert.deepEqual(volumes, [
      { name: "keys", secret: { secretName: "pawl-keys", defaultMode: 0o440 } },
      {
        name: "encryption",
        secret: { secretName: "pawl-encryption", defaultMode: 0o440, items: [{ key: "key", path: "pawl.key" }] },
      },
    ]);
  },
);

test("an Ingress and a NetworkPolicy are there when they are asked for", { skip }, () => {
  const { objects } = render({
    auth,
    ingress: { enabled: true, host: "pawl.example.com", tlsSecretName: "certificate", className: "nginx" },
    networkPolicy: { enabled: true, from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] },
  });
  assert.equal(at(objects["Ingress"], "spec.rules.0.host"), "pawl.example.com");
  assert.deepEqual(at(objects["Ingress"], "spec.tls"), [{ hosts: ["pawl.example.com"], secretName: "certificate" }]);
  assert.deepEqual(at(objects["NetworkPolicy"], "spec.ingress.0.from"), [
    { podSelector: at(objects["NetworkPolicy"], "spec.podSelector") },
    { ipBlock: { cidr: "10.0.0.0/8" } },
  ]);
});

test("what cannot work is refused, with what to do", { skip }, () => {
  const rows = [
    [{}, /auth\.secretName is missing: name a Secret/],
    [{ auth, replicas: 3 }, /replicas is 3, but a SQLite file has one server: name the Secret of a PostgreSQL/],
    [{ auth, ingress: { enabled: true } }, /ingress\.host is missing/],
    [{ auth, replica: 3 }, /additional propert\w+ '?replica'?/i],
    [{ auth, user: 0 }, /\buser\b/],
    [{ auth, config: { auth: {} } }, /config.auth/],
    [{ auth, config: { db: "memory" } }, /config.db/],
  ] as const;
  for (const [values, said] of rows) {
    const rendered = render(values);
    assert.notEqual(rendered.status, 0);
    assert.match(rendered.said, said);
  }
});
