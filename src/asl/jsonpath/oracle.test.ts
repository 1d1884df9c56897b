// The answers of json-path 2.0.0 to paths of public test suites and definitions, where the pairs are present.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Json, parseJson, stringifyJson } from "../json.ts";
import { compileJsonPath } from "./jsonpath.ts";

const folder = process.env["PAWL_JSONPATH_ORACLE"] ?? join(import.meta.dirname, "../../../../shared/jsonpath-oracle");
const pairs = join(folder, "pairs.jsonl");

type Pair = {
  readonly path: string;
  /** Absent where only the parsing was asked. */
  readonly json?: Json;
  readonly definite?: boolean;
  readonly value?: Json;
  readonly error?: string;
  readonly compile?: string;
};

/** Paths that AWS, or we in its place, take otherwise. */
const exceptions: readonly { readonly reason: string; readonly holds: (path: string) => boolean }[] = [
  { reason: "AWS refuses a path that does not begin with $", holds: (path) => !path.startsWith("$") },
  { reason: "AWS reads $name as a variable and $$ as the context object", holds: (path) => /^\$[\p{L}$]/u.test(path) },
  { reason: "a regular expression that needs backtracking is refused by name", holds: (path) => path.includes("(?=") },
];

if (!existsSync(pairs)) {
  test(
    "json-path 2.0.0's answers",
    { skip: `no pairs at ${pairs}: set PAWL_JSONPATH_ORACLE to their folder` },
    () => {},
  );
} else {
  test("every path answers as json-path 2.0.0 does, but for the exceptions", () => {
    const different = readPairs().filter((pair) => !exceptions.some(({ holds }) => holds(pair.path)) && !isSame(pair));
    assert.deepEqual(
      different.map((pair) => [pair.path, expected(pair), answer(pair)]),
      [],
    );
  });

  for (const { reason, holds } of exceptions) {
    test(`an exception is needed still: ${reason}`, () => {
      assert.ok(readPairs().some((pair) => holds(pair.path) && !isSame(pair)));
    });
  }
}

function readPairs(): readonly Pair[] {
  const lines = readFileSync(pairs, "utf8").trimEnd().split("\n");
  return lines.map((line) => parseJson(line) as unknown as Pair);
}

function isSame(pair: Pair): boolean {
  return answer(pair) === expected(pair);
}

function expected({ definite, value, error, compile }: Pair): string {
  if (compile !== undefined) return `refused: ${compile}`;
  const result = error ?? (value === undefined ? "" : stringifyJson(value));
  return `${definite ? "definite" : "indefinite"}: ${result}`;
}

function answer({ path: text, json, error = "" }: Pair): string {
  const compiled = compileJsonPath(text);
  if ("problem" in compiled) return `refused: InvalidPathException: ${compiled.problem}`;
  const { path } = compiled;
  const result = json === undefined ? "" : read(path.read({ input: json, context: () => null, variables: new Map() }));
  return `${path.isDefinite ? "definite" : "indefinite"}: ${result}`;

  function read(outcome: ReturnType<typeof path.read>): string {
    if (outcome.found) return stringifyJson(outcome.value);
    if (outcome.reason !== "inapplicable") return `PathNotFoundException: ${outcome.message}`;
    // The class of an exception is not told anywhere: what Java throws besides its own is taken as it comes.
    return `${error.slice(0, error.indexOf(":"))}: ${outcome.message}`;
  }
}
