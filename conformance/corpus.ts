// The recordings: where they are, and one case as data. They are read where they lie and never copied into the project.
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "../src/asl/json.ts";

export interface Call {
  readonly kind: "call";
  readonly id: string;
  readonly op: string;
  readonly params: JsonObject;
  /** The other AWS service that is called, when present. */
  readonly service: string | undefined;
  /** How often the recorder made the call. */
  readonly times: number;
  /** It was made again and again. */
  readonly isPolled: boolean;
  /** Until the execution has ended. */
  readonly untilEnd: boolean;
}
export interface Match {
  readonly kind: "match";
  readonly key: string;
  readonly source: "response" | "error" | "derived";
  /** Id of the call; empty when derived. */
  readonly from: string;
  /** How the error was recorded. */
  readonly as: string | undefined;
}
export type Step = Call | Match;

export interface RecordedFunction {
  readonly tags: readonly Json[];
}

export interface Case {
  /** `area/name`. */
  readonly name: string;
  readonly area: string;
  readonly needs: readonly string[];
  readonly definitions: readonly Json[];
  readonly functions: ReadonlyMap<string, RecordedFunction>;
  /** The mock file of Step Functions Local; without members where the case has none. */
  readonly mockConfig: JsonObject;
  readonly steps: readonly Step[];
  readonly transformers: readonly JsonObject[];
  /** True of AWS, left out by another product: applied only where one hides randomness. */
  readonly skipPaths: readonly string[];
  readonly expected: JsonObject;
  /** Epoch milliseconds; a recording does not hold what AWS added later. */
  readonly recordedAt: number;
  /** Keys of `expected` that no step gives. */
  readonly missingKeys: readonly string[];
}

/** @returns `undefined` when there is no corpus. */
export function findCorpus(projectRoot: string): string | undefined {
  const directory = process.env["PAWL_CONFORMANCE"] ?? join(projectRoot, "../shared/conformance");
  return existsSync(join(directory, "INDEX.json")) ? directory : undefined;
}

/** All cases but the suspect ones, by name. */
export function readCorpus(directory: string): readonly Case[] {
  const index = object(parseJson(readFileSync(join(directory, "INDEX.json"), "utf8")));
  const suspects = new Set(texts(index["suspect"]));
  const cases: Case[] = [];
  const given = join(directory, "given");
  for (const area of readdirSync(given).sort()) {
    if (area.includes(".")) continue;
    for (const file of readdirSync(join(given, area)).sort()) {
      if (!file.endsWith(".json") || suspects.has(`${area}/${file}`)) continue;
      cases.push(decodeCase(area, file, withFreshNames(readFileSync(join(given, area, file), "utf8"))));
    }
  }
  return cases;
}

/** A name that is made in other services ends anew in every run: an endpoint may remember the last one. */
function withFreshNames(text: string): string {
  const made = list(object(parseJson(text))["calls"])
    .map(object)
    .filter(({ service, op }) => service !== undefined && /^(?:Create|PutRule)/.test(String(op)));
  const endings = made.flatMap(({ params }) =>
    Object.values(object(params)).flatMap((value) => /[-_]([0-9a-f]{8})(?:\.fifo)?$/.exec(String(value))?.[1] ?? []),
  );
  return endings.reduce((before, ending) => before.replaceAll(ending, randomBytes(4).toString("hex")), text);
}

function decodeCase(area: string, file: string, text: string): Case {
  const recorded = object(parseJson(text));
  return {
    name: `${area}/${file.slice(0, -".json".length)}`,
    area,
    needs: texts(recorded["needs"]),
    definitions: list(recorded["definitions"]),
    functions: new Map(
      Object.entries(object(recorded["functions"])).map(([name, entry]) => [
        name,
        { tags: list(object(entry)["tags"]) },
      ]),
    ),
    mockConfig: object(recorded["mock_config"]),
    steps: list(recorded["calls"]).map((step) => decodeStep(object(step))),
    transformers: list(recorded["transformers"]).map(object),
    skipPaths: texts(recorded["skip_paths"]),
    expected: object(recorded["expected"]),
    recordedAt: recordedAt(String(recorded["recorded_date"])),
    missingKeys: texts(recorded["missing_keys"]),
  };
}

/** @param text such as `17-03-2024, 11:09:25`. */
function recordedAt(text: string): number {
  const [, day, month, year] = /^(\d\d)-(\d\d)-(\d{4}),/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T00:00:00Z`);
}

function decodeStep(step: JsonObject): Step {
  const key = memberOf(step, "match");
  if (typeof key === "string") {
    const [response, error] = [step["from"], step["from_error"]];
    return {
      kind: "match",
      key,
      source: typeof response === "string" ? "response" : typeof error === "string" ? "error" : "derived",
      from: typeof response === "string" ? response : typeof error === "string" ? error : "",
      as: typeof step["as"] === "string" ? step["as"] : undefined,
    };
  }
  return {
    kind: "call",
    id: String(step["id"]),
    op: String(step["op"]),
    params: object(step["params"]),
    service: typeof step["service"] === "string" ? step["service"] : undefined,
    times: Number(step["poll"] ?? 1),
    isPolled: step["poll"] !== undefined,
    untilEnd: step["until"] !== undefined,
  };
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
function list(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}
function texts(value: Json | undefined): readonly string[] {
  return list(value).filter((item) => typeof item === "string");
}
