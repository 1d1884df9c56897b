// `pawl graph`: a definition as SVG, PNG or Mermaid text. Unfinished definitions are drawn too.
import { writeFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import { type Json, parseJson } from "../../asl/json.ts";
import { graphOf } from "../../graph/graph.ts";
import { layoutGraph } from "../../graph/layout.ts";
import { renderMermaid } from "../../graph/mermaid.ts";
import { renderSvg } from "../../graph/svg.ts";
import { writeProblem } from "../../server/file-problem.ts";
import { checkDefinition } from "../definitions/check-definition.ts";
import { definitionFileOf, readSource, shownPath } from "../definitions/definition-file.ts";
import { drawPng } from "../definitions/draw-png.ts";
import { renderProblem } from "../definitions/problem-text.ts";
import { readSubstitutions, type SubstitutionFlags } from "../definitions/substitutions.ts";
import { paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

export type DrawFormat = "svg" | "png" | "mermaid";

export interface DrawFlags extends SubstitutionFlags {
  readonly config?: string;
  readonly format?: DrawFormat;
  readonly output?: string;
}

export async function draw(path: string, flags: DrawFlags): Promise<number> {
  const { output } = flags;
  const format = formatFor(flags);
  const file = definitionFileOf(path);
  const text = readSource(path);
  const fill = await readSubstitutions(flags, dirname(path));
  const { definition, problems } = checkDefinition(text, { ...file, substitutions: fill(file.name) });
  if (definition === undefined) {
    const source = { file: shownPath(path), text };
    for (const problem of problems) process.stderr.write(renderProblem(problem, source, paintFor(process.stderr)));
    return exitCodes.failed;
  }
  const drawing = await drawn(parseJson(definition), format);
  if (output === undefined) process.stdout.write(drawing);
  else write(output, drawing);
  return exitCodes.succeeded;
}

async function drawn(definition: Json, format: DrawFormat): Promise<string | Uint8Array> {
  const graph = graphOf(definition);
  switch (format) {
    case "mermaid":
      return renderMermaid(graph);
    case "svg":
      return renderSvg(layoutGraph(graph));
    case "png": {
      const positioned = layoutGraph(graph);
      return drawPng(renderSvg(positioned, { theme: "light" }), positioned);
    }
  }
}

const formats: ReadonlyMap<string, DrawFormat> = new Map([
  [".svg", "svg"],
  [".png", "png"],
  [".mmd", "mermaid"],
  [".mermaid", "mermaid"],
  [".md", "mermaid"],
]);

/** @throws UsageError where the name of the output says something else, or nothing that there is. */
function formatFor({ format, output }: DrawFlags): DrawFormat {
  if (output === undefined) {
    if (format === "png" && process.stdout.isTTY) {
      throw new UsageError("A PNG is nothing for a terminal. Write it to a file: -o graph.png");
    }
    return format ?? "svg";
  }
  const ending = extname(output).toLowerCase();
  const byName = formats.get(ending);
  if (format !== undefined) {
    if (byName === undefined || byName === format) return format;
    throw new UsageError(`${output} has the ending of ${byName}, and --format is ${format}. Leave one of them out.`);
  }
  if (byName !== undefined) return byName;
  const known = [...formats.keys()].join(", ");
  throw new UsageError(
    `${output} has ${ending === "" ? "no ending" : `the ending ${ending}`}, which says not how to draw. Give one of ${known}, or --format.`,
  );
}

function write(output: string, drawing: string | Uint8Array): void {
  try {
    writeFileSync(output, drawing);
  } catch (cause) {
    throw new UsageError(writeProblem(output, cause), { cause });
  }
}
