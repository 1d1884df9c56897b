// A smaller case that fails in the same way: parts are left out as long as what is left still does.
import type { DefinitionCase, FuzzCase, RequestsCase } from "./cases.ts";
import type { WireRequest } from "./requests.ts";

type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

/** @returns the smallest case that was found until the signal aborts; the case itself when none is smaller. */
export async function shrunk(
  fuzzCase: FuzzCase,
  fails: (smaller: FuzzCase) => Promise<boolean>,
  signal: AbortSignal,
): Promise<FuzzCase> {
  for (const smaller of smallerCases(fuzzCase)) {
    if (signal.aborted) return fuzzCase;
    if (await fails(smaller)) return shrunk(smaller, fails, signal);
  }
  return fuzzCase;
}

/** Cases that lack a part of this one, those that lack most first. */
export function smallerCases(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  return fuzzCase.kind === "definitions" ? smallerDefinitions(fuzzCase) : smallerRequests(fuzzCase);
}

function* smallerDefinitions(fuzzCase: DefinitionCase): Iterable<FuzzCase> {
  const { creation, inputs } = fuzzCase;
  for (const fewer of shorter(inputs)) if (fewer.length > 0) yield { ...fuzzCase, inputs: fewer };
  for (const definition of smallerTexts(creation.definition))
    yield { ...fuzzCase, creation: { ...creation, definition } };
  for (const [index, input] of inputs.entries())
    for (const smaller of smallerTexts(input)) yield { ...fuzzCase, inputs: inputs.with(index, smaller) };
}

function* smallerRequests(fuzzCase: RequestsCase): Iterable<FuzzCase> {
  const { requests } = fuzzCase;
  for (const fewer of shorter(requests)) if (fewer.length > 0) yield { ...fuzzCase, requests: fewer };
  for (const [index, request] of requests.entries())
    for (const smaller of smallerBodies(request)) yield { ...fuzzCase, requests: requests.with(index, smaller) };
}

function* smallerBodies(request: WireRequest): Iterable<WireRequest> {
  if (request.bytes !== undefined) return;
  for (const body of smallerTexts(request.body)) yield { ...request, body };
}

/** JSON texts that say less; none of what is no JSON. */
function* smallerTexts(text: string): Iterable<string> {
  let value: Value;
  try {
    value = JSON.parse(text) as Value;
  } catch {
    return;
  }
  for (const smaller of smallerValues(value)) yield JSON.stringify(smaller);
}

function* smallerValues(value: Value): Iterable<Value> {
  if (typeof value === "string") yield* smallerStrings(value);
  else if (isList(value)) {
    yield* shorter(value);
    for (const [index, item] of value.entries())
      for (const smaller of smallerValues(item)) yield value.with(index, smaller);
  } else if (typeof value === "object" && value !== null) {
    const members = Object.entries(value);
    for (const fewer of shorter(members)) yield Object.fromEntries(fewer);
    for (const [name, member] of members)
      for (const smaller of smallerValues(member)) yield { ...value, [name]: smaller };
  }
}

/** A definition or an input is JSON within JSON; an expression holds others; any other text may just be shorter. */
function* smallerStrings(text: string): Iterable<string> {
  if (/^\s*[[{]"?/.test(text) && !text.startsWith("{%")) yield* smallerTexts(text);
  else if (text.startsWith("{%")) for (const part of partsOf(text.slice(2, -2))) yield `{%${part}%}`;
  else if (text.length > 20) yield text.slice(0, text.length / 2);
}

/** The parts of an expression that stand in brackets of their own. */
function partsOf(expression: string): string[] {
  const open: number[] = [];
  const parts: string[] = [];
  for (const [index, character] of [...expression].entries()) {
    if (character === "(" || character === "[" || character === "{") open.push(index);
    if (character !== ")" && character !== "]" && character !== "}") continue;
    const from = open.pop();
    if (from !== undefined && index - from > 1 && index - from < expression.trim().length)
      parts.push(expression.slice(from + 1, index), expression.slice(from, index + 1));
  }
  return parts.filter((part) => part.trim().length < expression.trim().length).toSorted((a, b) => a.length - b.length);
}

/** Its halves, and then all but one of the items. */
function* shorter<Item>(items: readonly Item[]): Iterable<Item[]> {
  const half = Math.ceil(items.length / 2);
  if (items.length > 1) yield items.slice(0, half);
  if (items.length > 1) yield items.slice(half);
  if (items.length <= 12) for (const index of items.keys()) yield items.toSpliced(index, 1);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
