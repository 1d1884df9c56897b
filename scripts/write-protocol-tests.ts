// Writes the protocol tests of Smithy, as botocore's repository carries them (`tests/unit/protocols` there), into one file:
//   node scripts/write-protocol-tests.ts <folder with input and output>
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { type BotocoreModel, wireModel } from "./wire-model.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined)
  throw new Error("Name the folder that has input and output: write-protocol-tests.ts <folder>");

interface Suite {
  readonly metadata: object;
  readonly shapes: BotocoreModel["shapes"];
  readonly cases: readonly { readonly id: string; readonly given: { readonly name: string } }[];
  readonly clientEndpoint?: string;
}

const written = ["input", "output"].flatMap((direction) =>
  readdirSync(join(folder, direction)).flatMap((file) => {
    const suites = JSON.parse(readFileSync(join(folder, direction, file), "utf8")) as readonly Suite[];
    return suites.flatMap(({ metadata, shapes, cases, clientEndpoint }) =>
      cases.map(({ given, ...rest }) => {
        const operations = { [given.name]: given } as unknown as BotocoreModel["operations"];
        const service = { serviceId: "Protocol", endpointPrefix: "protocol", ...metadata } as BotocoreModel["metadata"];
        const model = wireModel({ metadata: service, operations, shapes });
        return { direction, file: file.replace(".json", ""), operation: given.name, model, clientEndpoint, ...rest };
      }),
    );
  }),
);
const target = fileURLToPath(new URL("../src/aws/protocols/protocol-tests.json.br", import.meta.url));
const compressed = brotliCompressSync(JSON.stringify(written));
writeFileSync(target, compressed);
console.log(`${written.length} cases, ${compressed.length} bytes`);
