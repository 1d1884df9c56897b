// Writes models/: what goes over the wire to and from each AWS service, from botocore's data. A new release of AWS is
//   pip download --no-deps botocore && unzip botocore-*.whl -d there && node scripts/write-service-models.ts there
// Without a folder the botocore that the machine's python3 has is taken. Documentation, constraints and examples stay away.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gunzipSync } from "node:zlib";
import { sdkName } from "../src/aws/models/names.ts";
import { type BotocoreModel, wireModel } from "./wire-model.ts";

const target = fileURLToPath(new URL("../models/", import.meta.url));
const [given] = process.argv.slice(2);
const folder =
  given ??
  execFileSync("python3", ["-c", "import botocore; print(botocore.__path__[0] + '/..')"], { encoding: "utf8" }).trim();

const [, version = ""] =
  /__version__ = '([^']+)'/.exec(readFileSync(join(folder, "botocore/__init__.py"), "utf8")) ?? [];
if (version === "") throw new Error(`${folder}/botocore/__init__.py does not tell the version of botocore.`);

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
const rules: { [service: string]: unknown } = {};
const totals = { services: 0, operations: 0, bytes: 0 };
const data = join(folder, "botocore/data");
for (const entry of readdirSync(data, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue;
  const newest = readdirSync(join(data, entry.name)).toSorted().at(-1) ?? "";
  const readModel = (file: string): string =>
    gunzipSync(readFileSync(join(data, entry.name, newest, `${file}.json.gz`))).toString("utf8");
  const model = wireModel(JSON.parse(readModel("service-2")) as BotocoreModel);
  const service = sdkName(model.serviceId).toLowerCase();
  // One service is there under two names.
  if (rules[service] !== undefined) continue;
  const { parameters, rules: tree } = JSON.parse(readModel("endpoint-rule-set-1")) as {
    parameters: Parameters;
    rules: unknown;
  };
  rules[service] = { version: "1.0", parameters: withoutDocumentation(parameters), rules: tree };
  const compressed = compress(model);
  writeFileSync(join(target, `${service}.json.br`), compressed);
  totals.services += 1;
  totals.operations += Object.keys(model.operations).length;
  totals.bytes += compressed.length;
}

const rulesFile = compress(rules);
writeFileSync(join(target, "endpoint-rules.br"), rulesFile);
totals.bytes += rulesFile.length;

const licences = join(folder, `botocore-${version}.dist-info`);
for (const file of ["LICENSE.txt", "NOTICE"]) {
  const names = [join(licences, file), join(licences, "licenses", file)];
  const text = names.map(readIfThere).find((found) => found !== undefined);
  if (text === undefined) throw new Error(`${licences} has no ${file}, which must go along with the models.`);
  writeFileSync(join(target, file), text);
}
writeFileSync(
  join(target, "README.md"),
  `# Service models

Made by \`scripts/write-service-models.ts\` from the data of botocore ${version} (Apache License 2.0: see LICENSE.txt and
NOTICE), reduced to what goes over the wire: ${totals.services} services with ${totals.operations} operations. Each file is
JSON, compressed with Brotli; \`src/aws/models/model.ts\` has its form. \`endpoint-rules.br\` has the rules by which the
address of a service in AWS is found.
`,
);
console.log(`${totals.services} services, ${totals.operations} operations, ${totals.bytes} bytes, botocore ${version}`);

type Parameters = Readonly<Record<string, object>>;

function withoutDocumentation(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, { ...parameter, documentation: undefined }]),
  );
}

function compress(value: unknown): Buffer {
  const text = JSON.stringify(value);
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
