// `pawl graph`: a definition as SVG or Mermaid text. Unfinished definitions are drawn too.
import { writeFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import { parseJson } from "../../asl/json.ts";
import { graphOf } from "../../graph/graph.ts";
import { layoutGraph } from "../../graph/layout.ts";
import { renderMermaid } from "../../graph/mermaid.ts";
import { renderSvg } from "../../graph/svg.ts";
import { writeProblem } from "../../server/file-problem.ts";
import { checkDefinition } from "../definitions/check-definition.ts";
import { definitionFileOf, readSource, shownPath } from "../definitions/definition-file.ts";
import { renderProblem } from "../definitions/problem-text.ts";
import { readSubstitutions, type SubstitutionFlags } from "../definitions/substitutions.ts";
import { paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

export interface DrawFlags extends SubstitutionFlags {
  readonly config?: string;
  readonly format?: "svg" | "mermaid";
  readonly output?: string;
}

export async function draw(path: string, flags: DrawFlags): Promise<number> {
  const { format, output } = flags;
  const file = definitionFileOf(path);
  const text = readSource(path);
  const fill = await readSubstitutions(flags, dirname(path));
  const { definition, problems } = checkDefinition(text, { ...file, substitutions: fill(file.name) });
  if (definition === undefined) {
    const source = { file: shownPath(path), text };
    for (const problem of problems) process.stderr.write(renderProblem(problem, source, paintFor(process.stderr)));
    return exitCodes.failed;
  }
  const graph = graphOf(parseJson(definition));
  const chosen = format ?? formatOf(output);
  const drawing = chosen === "svg" ? renderSvg(layoutGraph(graph)) : renderMermaid(graph);
  if (output === undefined) process.stdout.write(drawing.endsWith("\n") ? drawing : `${drawing}\n`);
  else write(output, drawing);
  return exitCodes.succeeded;
}

function formatOf(output: string | undefined): "svg" | "mermaid" {
  return output === undefined || extname(output).toLowerCase() === ".svg" ? "svg" : "mermaid";
}

function write(output: string, drawing: string): void {
  try {
    writeFileSync(output, drawing);
  } catch (cause) {
    throw new UsageError(writeProblem(output, cause), { cause });
  }
}
