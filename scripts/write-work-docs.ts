// Writes the table of work into docs/security.md, measured on this machine: node scripts/write-work-docs.ts
// With --list it writes nothing, and prints all that is measured, the dearest first.
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { jsonataWork } from "../src/testing/jsonata-work.ts";
import { jsonPathWork } from "../src/testing/jsonpath-work.ts";
import { measureRow, type WorkMeasure, type WorkRow } from "../src/testing/work-sweep.ts";

const document = new URL("../docs/security.md", import.meta.url);
const begin = "<!-- Made by scripts/write-work-docs.ts -->";
const end = "<!-- End of what is made -->";

/** The first word of a row's name, and what all such rows do. */
const groups: readonly (readonly [prefix: string, what: string])[] = [
  ["read ", "reading a path: segments, scans, slices, filters, regular expressions"],
  ["message ", "saying why a path leads nowhere"],
  ["call ", "intrinsic functions"],
  ["rule: ", "Choice rules, each operator"],
  ["template: ", "filling a template"],
  ["write ", "putting a value at a Reference Path"],
  ["compile ", "compiling all of these"],
  ["$ ", "JSONata: built-in functions, each over arguments of every kind and size"],
  ["operate ", "JSONata: operators, likewise"],
  ["evaluate ", "JSONata: steps, filters, groups, orders, lambdas, transforms, regular expressions"],
  ["prepare ", "JSONata: parsing and compiling"],
];

const dear = 2;

function rowOf([prefix, what]: readonly [string, string], measures: readonly WorkMeasure[]): readonly string[] {
  const own = measures
    .filter(({ name }) => name.startsWith(prefix))
    .toSorted((left, right) => left.ratio - right.ratio);
  const dearest = own.at(-1);
  if (dearest === undefined) throw new Error(`Nothing measured is called "${prefix}…".`);
  const ratioAt = (share: number): string => (own[Math.floor((own.length - 1) * share)]?.ratio ?? 0).toFixed(2);
  const subject = dearest.name.slice(prefix.length).replace(/^\d+ /, "");
  return [what, String(own.length), ratioAt(0.5), `${ratioAt(1)} (\`${subject}\`)`];
}

async function writeTable(measures: readonly WorkMeasure[]): Promise<void> {
  const [before, inside, after] = readFileSync(document, "utf8").split(new RegExp(`(?<=${begin})|(?=${end})`));
  if (inside === undefined || after === undefined) throw new Error(`The document lacks ${begin} or ${end}.`);
  const rows = [
    ["Work", "Measured", "Median", "Dearest"],
    ["-", "-:", "-:", "-"],
    ...groups.map((group) => rowOf(group, measures)),
  ];
  const table = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");
  writeFileSync(document, await format(`${before}\n\n${table}\n\n${after}`, { parser: "markdown", printWidth: 120 }));
}

function print(measures: readonly WorkMeasure[]): void {
  for (const { name, ratio, steps } of measures.toSorted((left, right) => right.ratio - left.ratio)) {
    console.log(`${ratio.toFixed(2).padStart(8)}  ${String(steps).padStart(10)} steps  ${name}`);
  }
}

const rows: readonly WorkRow[] = [...jsonPathWork(), ...jsonataWork().flatMap((group) => group.rows)];
const measures = rows.map((row) => measureRow(row, dear));
if (process.argv.includes("--list")) print(measures);
else await writeTable(measures);
