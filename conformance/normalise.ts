// The recorder's changes to values before it compared them: a value that differs from run to run becomes a name.
import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from "../src/asl/json.ts";
import type { ArnSpace } from "../src/aws/arn.ts";
import { dateMark } from "./client.ts";
import type { Case } from "./corpus.ts";
import { asWritten, byName, type Members, mutable, visit } from "./members.ts";
import type { Played } from "./play.ts";
import { pythonJson } from "./python-json.ts";
import type { Sides } from "./ran.ts";
import { servicesOf } from "./runnable.ts";
import { substituteText } from "./references.ts";

type Replace = (text: string) => string;

interface Work {
  readonly recorded: Case;
  readonly played: Played;
  readonly arns: ArnSpace;
  /** Run over the JSON text, in order. */
  readonly replacements: Replace[];
  readonly counters: Map<string, number>;
  readonly seen: Set<string>;
}

export function normalise(recorded: Case, played: Played, arns: ArnSpace): Sides {
  const work: Work = { recorded, played, arns, replacements: [], counters: new Map(), seen: new Set() };
  const observed = mutable(played.observed, byName);
  const expected = mutable(recorded.expected, asWritten);
  parseTexts(observed);
  for (const side of [observed, expected]) replaceMetadata(side);
  replaceCauses(observed, work);
  for (const transformer of recorded.transformers) {
    order(transformer, observed);
    transform(transformer, observed, work);
  }
  work.replacements.push(
    (text) => text.replaceAll(arns.account, "1".repeat(12)),
    (text) => text.replaceAll(arns.region, "<region>"),
    (text) => text.replaceAll(`arn:${arns.partition}:`, "arn:<partition>:"),
  );
  replaceIdentifiers(observed, work);
  for (const side of [observed, expected]) {
    dropRandom(side, recorded.skipPaths);
    if (Object.keys(recorded.mockConfig).length > 0) dropUnmocked(side);
    else if (servicesOf(recorded).length > 0) dropEndpointsOwn(side);
  }
  dropLaterAdditions(observed, recorded.recordedAt);
  followLaterCauses(expected, recorded.recordedAt);
  if (recorded.recordedAt < attemptsCountedSince) {
    work.replacements.push((text) => text.replaceAll(" (SDK Attempt Count: 1)", ""));
  }
  joinAccounts(expected);
  const text = work.replacements.reduce((before, replace) => replace(before), pythonJson(observed));
  return { observed: replaceDates(parseJson(text), ""), expected };
}

/** Texts that hold objects become objects, reached through objects and lists of objects, but not inside one another. */
function parseTexts(members: Members): void {
  for (const [name, value] of Object.entries(members)) {
    if (isJsonObject(value)) parseTexts(value as Members);
    else if (isJsonArray(value)) {
      for (const item of value) if (isJsonObject(item)) parseTexts(item as Members);
    } else if (typeof value === "string" && value.startsWith("{")) {
      try {
        members[name] = parseJson(value);
      } catch {
        // Not JSON: it stays a text.
      }
    }
  }
}

const tracedHeaders = new Set(["X-Amzn-Trace-Id", "x-amz-crc32", "x-amzn-RequestId", "x-amzn-requestid"]);

/** On both sides: some recordings number these identifiers, others name them. */
function replaceMetadata(side: Members): void {
  replaceAt(side, "$..SdkHttpMetadata..Date", () => "date");
  replaceAt(side, "$..SdkResponseMetadata..RequestId", () => "RequestId");
  visit(side, (owner, name) => {
    if (tracedHeaders.has(name)) owner[name] = name;
  });
  // The length of a reply that names an execution grows with the region's name and shrinks with a zero of its date.
  visit(side, (_owner, _name, value) => {
    if (!isJsonObject(value) || !("ExecutionArn" in value)) return;
    replaceAt(value as Members, "$..SdkHttpMetadata..Content-Length", (length) =>
      isJsonArray(length) ? ["length"] : "length",
    );
  });
}

function replaceCauses(observed: Members, work: Work): void {
  visit(observed, (_owner, name, value) => {
    if (name === "cause" && typeof value === "string") {
      const [, text] = /'(\{.*\})'/s.exec(value) ?? [];
      if (text !== undefined && isJson(text)) byReference(text, "json-input", work);
    }
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function transform(transformer: JsonObject, observed: Members, work: Work): void {
  const replacement = String(transformer["replacement"]);
  const isByReference = transformer["by_reference"] === true;
  switch (transformer["kind"]) {
    case "regex":
      work.replacements.push(regexReplace(String(transformer["regex"]), replacement, work));
      return;
    case "jsonpath":
      replaceAt(observed, String(transformer["jsonpath"]), (value) => {
        if (!isByReference) return replacement;
        if (typeof value === "string") byReference(value, replacement, work);
        return value;
      });
      return;
    case "key-value": {
      const key = transformer["key"];
      // Without a key, what ARNs end with; what addresses of certificates end with is dropped with them.
      if (key === undefined) {
        if (replacement !== "signing-cert-file")
          replaceArnNames(observed, (name) => byReference(name, replacement, work));
        return;
      }
      visit(observed, (owner, name, value) => {
        if (name !== key || typeof value !== "string") return;
        if (isByReference) byReference(value, replacement, work);
        else owner[name] = replacement;
      });
      return;
    }
    case "function":
      parseOutputs(observed);
      return;
    default:
  }
}

/** Every later appearance of a value becomes `<name:n>`, numbered by first appearance. */
function byReference(value: string, name: string, { replacements, counters, seen }: Work): void {
  if (value === "" || seen.has(value)) return;
  seen.add(value);
  const number = (counters.get(name) ?? 0) + 1;
  counters.set(name, number);
  const escaped = pythonJson(value).slice(1, -1);
  replacements.push((text) => text.replaceAll(escaped, `<${name}:${number}>`));
}

function regexReplace(regex: string, replacement: string, { played, recorded, arns }: Work): Replace {
  const known = { arns, definitions: recorded.definitions, responses: played.responses };
  const [, kind, part, index] = /^<(SyncExecArn|MapRunArn)_?Part(\d)_(\d+)idx>$/.exec(regex) ?? [];
  if (kind !== undefined && regex === replacement) {
    const arn = (kind === "SyncExecArn" ? played.syncExecutionArns : played.mapRunArns)[Number(index)] ?? "";
    const parts = (kind === "SyncExecArn" ? arn : (arn.split("/")[1] ?? "")).split(":");
    const value = kind === "SyncExecArn" ? parts.at(part === "1" ? -2 : -1) : parts[Number(part)];
    const replace: Replace = (text) =>
      value === undefined || value === "" ? text : text.replaceAll(value, replacement);
    // A label that AWS made was replaced with the rest; one of the definition stands.
    const [label = ""] = kind === "MapRunArn" && part === "1" ? parts : [];
    return uuid.test(label) ? (text) => replace(text).replaceAll(label, `<MapRunArnPart0_${index}idx>`) : replace;
  }
  // The recorder found this value in a response; its name is all that is left of it.
  if (regex === "generated-uuid") return (text) => text.replaceAll(anyUuid, replacement);
  const source = substituteText(regex, known);
  if (source !== regex && !/[[\]\\(]/.test(regex)) return (text) => text.replaceAll(source, replacement);
  const flags = source.startsWith("(?i)") ? "gi" : "g";
  const pattern = new RegExp(source.replace(/^\(\?i\)/, ""), flags);
  const written = replacement.replaceAll("\\\\", "\\");
  return (text) => text.replace(pattern, () => written);
}

/** A test's own step: the first text `output` below each object is read as JSON. */
function parseOutputs(members: Members): void {
  for (const value of Object.values(members)) {
    if (isJsonArray(value)) {
      for (const item of value) if (isJsonObject(item)) parseOutputs(item as Members);
    }
    if (!isJsonObject(value)) continue;
    const output = value["output"];
    if (typeof output === "string") {
      try {
        (value as Members)["output"] = parseJson(output);
        return;
      } catch {
        // Not JSON: it stays a text.
      }
    }
    parseOutputs(value as Members);
  }
}

/** Steps that bring what has no order into one. */
function order({ kind }: JsonObject, side: Members): void {
  if (kind === "SfnNoneRecursiveParallelTransformer") {
    visit(side, (owner, name, value) => {
      if (name === "events" && isJsonArray(value)) owner[name] = orderBranches(value);
    });
  } else if (kind === "_SfnSortVariableReferences") {
    visit(side, (_owner, name, value) => {
      if (name !== "variableReferences" || !isJsonObject(value)) return;
      for (const [state, names] of Object.entries(value)) {
        if (isJsonArray(names)) (value as Members)[state] = [...names].sort();
      }
    });
  }
}

/** Word for word what the recorder did, its slips included: the second end event replaces the first. */
function orderBranches(events: readonly Json[]): Json {
  const ends = new Set(["Succeeded", "Aborted", "Exited", "Failed"].map((end) => `ParallelState${end}`));
  const result = [...events];
  let branches: JsonObject[] = [];
  let start = 0;
  let isInside = false;
  for (let i = 0; i < result.length; i++) {
    const event = result[i];
    if (!isJsonObject(event)) continue;
    const type = String(event["type"]);
    if (ends.has(type)) {
      const ordered = branches.toSorted((a, b) => (pythonJson(a) < pythonJson(b) ? -1 : 1));
      result.splice(start, i - start, ...ordered);
      isInside = false;
    } else if (type === "ParallelStateStarted") {
      isInside = true;
      branches = [];
      start = i + 1;
    } else if (isInside) {
      const nameless = { ...event, id: [0], previousEventId: 0 };
      branches.push(nameless);
      result[i] = nameless;
    }
  }
  return result;
}

const arnName = /^arn:[a-z-]+:[a-z]+:[^:]*:[^:]*:(?:.*[:/])?([^:/]+)$/;

function replaceArnNames(observed: Members, replace: (name: string) => void): void {
  visit(observed, (_owner, _name, value) => {
    const [, name] = typeof value === "string" ? (arnName.exec(value) ?? []) : [];
    if (name !== undefined) replace(name);
  });
}

const anyUuid = /(?<=")[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=")/g;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

function replaceIdentifiers(observed: Members, work: Work): void {
  visit(observed, (_owner, name, value) => {
    if (name.toLowerCase().endsWith("id") && typeof value === "string" && uuid.test(value))
      byReference(value, "uuid", work);
  });
}

const isoDate =
  /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)/g;

function replaceDates(value: Json, name: string): Json {
  if (isJsonArray(value)) return value.map((item) => replaceDates(item, isJsonObject(item) ? "" : name));
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaceDates(member, key)]));
  }
  if (typeof value === "string" && value !== dateMark) {
    const dated = value.replace(isoDate, "date");
    if (dated !== value) return dated;
  }
  if (/timestamp/i.test(name) || name === "creationTime" || name === "ingestionTime") return "timestamp";
  return value === dateMark ? "datetime" : value;
}

/** Paths that the recorder left out because their values are measured. */
const measured = new Set(["$..billingDetails"]);

function dropRandom(side: Members, skipPaths: readonly string[]): void {
  for (const path of skipPaths) {
    if (!measured.has(path)) continue;
    const name = path.slice("$..".length);
    visit(side, (owner, key) => {
      if (key === name) Reflect.deleteProperty(owner, key);
    });
  }
}

/** Members that services add to what a mock file, which the recorder's run on AWS did not have, says that they answer. */
const addedByServices = new Set([
  "ExecutedVersion",
  "RedriveCount",
  "RedriveStatus",
  "RedriveStatusReason",
  "SdkHttpMetadata",
  "SdkResponseMetadata",
]);

function dropUnmocked(side: Members): void {
  visit(side, (owner, name, value) => {
    if (addedByServices.has(name)) Reflect.deleteProperty(owner, name);
    // The acceptance of a call is not mocked at all.
    if (name === "taskSubmittedEventDetails" && isJsonObject(value)) Reflect.deleteProperty(value, "output");
  });
}

/** Things that a service says of itself, on which other endpoints than AWS's differ, and which no workflow decides. */
const endpointsOwn = new Set([
  "AllHttpHeaders",
  "HttpHeaders",
  "ServerSideEncryption",
  "ChecksumCRC32",
  "ChecksumType",
  "ConsumedCapacity",
  "SequenceNumber",
  "Signature",
  "SignatureVersion",
  "SigningCertURL",
  "UnsubscribeURL",
  // The details of an event.
  "account",
]);

function dropEndpointsOwn(side: Members): void {
  visit(side, (owner, name, value) => {
    if (endpointsOwn.has(name)) Reflect.deleteProperty(owner, name);
    // S3 alone names a request twice, and not every endpoint does.
    else if (typeof value === "string") owner[name] = value.replaceAll(/, Extended Request ID: [^)]*/g, "");
  });
}

/** Members that AWS began to send after some of the recordings were made. */
const additions = [
  ...[
    "redriveCount",
    "redriveStatus",
    "redriveStatusReason",
    "RedriveCount",
    "RedriveStatus",
    "RedriveStatusReason",
  ].map((name) => ({ name, since: Date.parse("2023-11-15T00:00:00Z") })),
  { name: "encryptionConfiguration", since: Date.parse("2024-07-25T00:00:00Z") },
];

/** Causes of SDK tasks end in it by November 2025, and did not in January. */
const attemptsCountedSince = Date.parse("2025-06-01T00:00:00Z");

function dropLaterAdditions(observed: Members, recordedAt: number): void {
  const later = new Set(additions.filter(({ since }) => since > recordedAt).map(({ name }) => name));
  visit(observed, (owner, name) => {
    if (later.has(name)) Reflect.deleteProperty(owner, name);
  });
}

const exitsFollowStarts = Date.parse("2024-11-01T00:00:00Z");

/** The exit of a distributed Map followed from MapRunSucceeded, and from MapRunStarted in every recording since. */
function followLaterCauses(expected: Members, recordedAt: number): void {
  if (recordedAt >= exitsFollowStarts) return;
  visit(expected, (_owner, name, value) => {
    if (name !== "events" || !isJsonArray(value)) return;
    const events = value.filter(isJsonObject);
    const byId = new Map(events.map((event) => [event["id"], event]));
    for (const event of events) {
      const cause = event["type"] === "MapStateExited" ? byId.get(event["previousEventId"]) : undefined;
      if (cause?.["type"] === "MapRunSucceeded")
        (event as Members)["previousEventId"] = cause["previousEventId"] ?? null;
    }
  });
}

/** A server has one account: what the recorder kept in a second one lies in the first. */
function joinAccounts(side: Members): void {
  visit(side, (owner, name, value) => {
    if (typeof value === "string") owner[name] = value.replaceAll("<secondary_test_", "<test_");
  });
}

/** Paths of the forms `$..a`, `$..a.b` and `$..a..b`. */
function replaceAt(root: Members, path: string, change: (value: Json) => Json): void {
  const steps = [...path.matchAll(/(\.\.?)([^.[\]]+)/g)].map(([, dots, name = ""]) => ({
    isDeep: dots === "..",
    name,
  }));
  const walk = (value: Json, at: number): void => {
    const step = steps[at];
    if (step === undefined) return;
    const enter = (owner: Json): void => {
      if (!isJsonObject(owner) || !Object.hasOwn(owner, step.name)) return;
      const member = owner[step.name] ?? null;
      if (at === steps.length - 1) (owner as Members)[step.name] = change(member);
      else walk(member, at + 1);
    };
    const enterWithItems = (owner: Json): void => {
      enter(owner);
      if (isJsonArray(owner)) owner.forEach(enter);
    };
    if (!step.isDeep) return enter(value);
    enterWithItems(value);
    visit(value, (_owner, _name, member) => enterWithItems(member));
  };
  walk(root, 0);
}
