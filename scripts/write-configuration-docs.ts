// Writes the table of docs/configuration.md from that of all settings: node scripts/write-configuration-docs.ts
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { settings } from "../src/server/configuration/settings.ts";
import type { Field, Fields } from "../src/server/configuration/walk.ts";

export const document = new URL("../docs/configuration.md", import.meta.url);

const begin = "<!-- Made by scripts/write-configuration-docs.ts -->";
const end = "<!-- End of what is made -->";

/** @returns the text with the table of today between its markers; the prose around stays. */
export async function withTable(text: string): Promise<string> {
  const [before, inside, after] = text.split(new RegExp(`(?<=${begin})|(?=${end})`));
  if (inside === undefined || after === undefined) throw new Error(`The document lacks ${begin} or ${end}.`);
  const rows = [
    ["Setting", "Kind", "Instead of it", "By default", "What it says"],
    ["-", "-", "-", "-", "-"],
    ...rowsOf("", settings),
  ];
  const table = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");
  return format(`${before}\n\n${table}\n\n${after}`, { parser: "markdown", printWidth: 120 });
}

/** A setting, and those within it. */
function rowsOf(within: string, fields: Fields): readonly (readonly string[])[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const { nested } = field.kind;
    const inner = nested === undefined ? [] : rowsOf(`${within}${name}${nested.path}.`, nested.fields);
    return [[code(`${within}${name}`), field.kind.is, insteadOf(field), byDefault(field), field.says], ...inner];
  });
}

function insteadOf({ flag, variables = [] }: Field): string {
  const [longFlag] = /--\w+/.exec(flag ?? "") ?? [];
  return [...(longFlag === undefined ? [] : [longFlag]), ...variables].map((name) => code(name)).join(", ");
}

function byDefault({ default: usual, otherwise, isRequired, kind }: Field): string {
  if (usual !== undefined) return code(JSON.stringify(usual));
  if (otherwise !== undefined) return otherwise;
  if (isRequired === true) return "needed";
  return kind.nested === undefined ? "none" : "";
}

function code(text: string): string {
  return `\`${text}\``;
}

if (import.meta.main) writeFileSync(document, await withTable(readFileSync(document, "utf8")));
