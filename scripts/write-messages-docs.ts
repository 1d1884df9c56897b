// Writes docs/messages.md, what Pawl says of the mistakes in scripts/mistakes: node scripts/write-messages-docs.ts
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { format } from "prettier";
import { checkDefinition } from "../src/cli/definitions/check-definition.ts";
import { type Configured, configuredFor } from "../src/cli/definitions/configured.ts";
import { definitionFileOf } from "../src/cli/definitions/definition-file.ts";
import { renderProblem } from "../src/cli/definitions/problem-text.ts";
import { loadProblemText } from "../src/cli/session/function-reload.ts";
import { lineOf } from "../src/cli/terminal/execution-lines.ts";
import { plain } from "../src/cli/terminal/terminal.ts";
import { parseMockFile } from "../src/runtime/mocks/mock-file.ts";
import { readConfigurationFile } from "../src/server/configuration/configuration-file.ts";
import { parseFunctionConfig } from "../src/tasks/functions/parse-config.ts";
import { loadProblems } from "../src/tasks/functions/load-check.ts";
import { play } from "../src/testing/play.ts";
import { type Mistake, mistakes } from "./mistakes/definitions.ts";
import {
  configurationMistakes,
  type FileMistake,
  functionMistakes,
  type RunMistake,
  runMistakes,
} from "./mistakes/running.ts";

export const document = new URL("../docs/messages.md", import.meta.url);

const begin = `# Messages

Mistakes, and what Pawl says of them: \`pawl validate\`, \`pawl run\`, \`pawl dev\` and \`pawl start\` alike, and the console's
editor without the excerpts. The first sentence of an error is AWS's, as its API answers it and as Pawl's does, to the letter; where
it leaves open what is meant, a second one of Pawl's own says it. The names in brackets are AWS's codes. Warnings are of what AWS
takes and what fails later, or is not what was meant; what follows from another mistake is not told.

This page is made by \`node scripts/write-messages-docs.ts\`.`;

/** @returns the whole page. */
export async function messagesPage(): Promise<string> {
  const home = { partition: "aws", region: "us-east-1", account: "123456789012" };
  const functions = parseFunctionConfig({ "reserve-stock": "./reserve-stock.js", charge: "./charge.js" }, "/");
  const configured = await configuredFor({ functions, arns: home, port: 8083 }, { AWS_CONFIG_FILE: "/none" });
  const definitions = mistakes.map(([group, list]) =>
    section(
      group,
      list.map((mistake) => answer(mistake.made, definitionAnswer(mistake, configured))),
    ),
  );
  const parts = [
    begin,
    ...definitions,
    section("Configuration", await inTurn(configurationMistakes, configurationAnswer)),
    section("Functions, when they are loaded", await inTurn(functionMistakes, functionAnswer)),
    section(
      "When a workflow runs",
      runMistakes.map((mistake) => answer(mistake.made, runAnswer(mistake))),
    ),
  ];
  return format(parts.join("\n\n"), { parser: "markdown", printWidth: 120 });
}

function section(heading: string, answers: readonly string[]): string {
  return [`## ${heading}`, ...answers].join("\n\n");
}

function answer(made: string, text: string): string {
  return `${made}:\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\``;
}

async function inTurn(
  list: readonly FileMistake[],
  answerOf: (folder: string) => Promise<string>,
): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const { made, files } of list) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "pawl-messages-")));
    try {
      for (const [name, text] of Object.entries(files)) {
        if (text === "") continue;
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      answers.push(answer(made, withoutFolder(await answerOf(folder), folder)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return answers;
}

/** As it is shown in that folder. */
function withoutFolder(text: string, folder: string): string {
  const shown = [...text.matchAll(/\S*pawl-messages-[A-Za-z0-9]{6}/g)].map(([path]) => path.replace(/^['"(]+/, ""));
  return [folder, ...shown].reduce((said, path) => said.replaceAll(`${path}/`, ""), text);
}

function definitionAnswer({ file, text, mocks }: Mistake, common: Configured): string {
  const configured = mocks === undefined ? common : { ...common, mocks: parseMockFile(mocks) };
  const { problems } = checkDefinition(text, { ...definitionFileOf(file), configured });
  return problems.map((problem) => renderProblem(problem, { file, text }, plain, 100)).join("");
}

async function configurationAnswer(folder: string): Promise<string> {
  try {
    await readConfigurationFile(join(folder, "pawl.config.json"));
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function functionAnswer(folder: string): Promise<string> {
  const { functions = new Map() } = await readConfigurationFile(join(folder, "pawl.config.json"));
  const problems = await loadProblems(functions, { signal: new AbortController().signal });
  return problems.map((problem) => loadProblemText(problem)).join("\n");
}

function runAnswer({ definition, outcome }: RunMistake): string {
  const { execution, events } = play(definition, outcome === undefined ? {} : { perform: () => outcome });
  return events.flatMap((event) => lineOf({ execution }, event, plain) ?? []).join("\n");
}

if (import.meta.main) writeFileSync(document, await messagesPage());
