// String functions that take a text or a regular expression: `$match`, `$contains`, `$replace`, `$split`.
import { apply } from "../apply.ts";
import { type Builtin, functionAt, numberAt, stringAt } from "./builtin.ts";
import { fail } from "../failures.ts";
import { type Match, matchesOf } from "./regex.ts";
import { TextSearch } from "../text-search.ts";
import { newSequence } from "../sequences.ts";
import { isArray, type Value, type Run } from "../values.ts";

function matchAll(args: readonly Value[], run: Run): Value {
  const text = stringAt(args, 0);
  const matcher = functionAt(args, 1);
  if (text === undefined || matcher === undefined) return undefined;
  const limit = numberAt(args, 2);
  if (limit !== undefined && limit < 0) fail("D3040", { value: limit });
  const found = newSequence();
  if (limit === 0) return found;
  for (const one of matchesOf(matcher, text, run)) {
    found.push({ match: one.match, index: one.start, groups: one.groups });
    run.paySequence(found.length);
    if (limit !== undefined && found.length >= limit) break;
  }
  return found;
}

function contains(args: readonly Value[], run: Run): Value {
  const text = stringAt(args, 0);
  const token = args[1];
  if (text === undefined || token === undefined) return undefined;
  run.payString(text.length);
  if (typeof token === "string") return new TextSearch(token, run).indexIn(text, 0, run) !== -1;
  const matcher = functionAt(args, 1);
  if (matcher === undefined) return undefined;
  for (const _one of matchesOf(matcher, text, run)) return true;
  return false;
}

function replace(args: readonly Value[], run: Run): Value {
  const text = stringAt(args, 0);
  const [, pattern, replacement] = args;
  if (text === undefined) return undefined;
  if (pattern === "") fail("D3010", { value: pattern });
  const limit = numberAt(args, 3);
  if (limit !== undefined && limit < 0) fail("D3011", { value: limit });
  run.payString(text.length);
  if (limit === 0) return text;
  if (typeof pattern === "string") {
    return replaceText(
      text,
      { pattern, replacement: String(replacement), limit: limit ?? Number.POSITIVE_INFINITY },
      run,
    );
  }
  const matcher = functionAt(args, 1);
  if (matcher === undefined) return text;
  let result = "";
  let position = 0;
  let count = 0;
  for (const one of matchesOf(matcher, text, run)) {
    const substitute = substituteFor(one, replacement, run);
    result += text.slice(position, one.start) + substitute;
    run.checkString(result.length);
    run.pay(stepsPerReplacement);
    position = one.start + (typeof one.match === "string" ? one.match.length : 0);
    count += 1;
    if (limit !== undefined && count >= limit) break;
  }
  return ended(result, text.slice(position), run);
}

/** Measured. */
const [stepsPerReplacement, stepsPerReference, stepsPerPart] = [4, 5, 3];

function ended(beginning: string, rest: string, run: Run): string {
  run.checkString(beginning.length + rest.length);
  return beginning + rest;
}

type TextReplacement = { readonly pattern: string; readonly replacement: string; readonly limit: number };

function replaceText(text: string, { pattern, replacement, limit }: TextReplacement, run: Run): string {
  let result = "";
  let position = 0;
  const search = new TextSearch(pattern, run);
  let found = search.indexIn(text, 0, run);
  for (let count = 0; found !== -1 && count < limit; count++) {
    result += text.slice(position, found) + replacement;
    run.pay(stepsPerReplacement);
    run.checkString(result.length);
    position = found + pattern.length;
    found = search.indexIn(text, position, run);
  }
  return ended(result, text.slice(position), run);
}

function substituteFor(match: Match, replacement: Value, run: Run): string {
  if (typeof replacement === "string") return expandedReplacement(replacement, match, run);
  const substitute = apply(replacement, [match.structure], null, run);
  return typeof substitute === "string" ? substitute : fail("D3012", { value: substitute });
}

/** `$0` is the whole match, `$n` a group, `$$` a dollar sign; as many digits count as the number of groups has. */
function expandedReplacement(replacement: string, { match, groups }: Match, run: Run): string {
  run.payString(replacement.length);
  const captured = isArray(groups) ? groups : [];
  const maxDigits = captured.length === 0 ? 1 : String(captured.length).length;
  let result = "";
  let position = 0;
  for (let dollar = replacement.indexOf("$"); dollar !== -1; dollar = replacement.indexOf("$", position)) {
    run.pay(stepsPerReference);
    run.checkString(result.length);
    result += replacement.slice(position, dollar);
    position = dollar + 1;
    const next = replacement.charAt(position);
    if (next === "$" || next === "0") {
      result += next === "$" ? "$" : String(match);
      position += 1;
      continue;
    }
    let index = Number.parseInt(replacement.slice(position, position + maxDigits), 10);
    if (maxDigits > 1 && index > captured.length) {
      index = Number.parseInt(replacement.slice(position, position + maxDigits - 1), 10);
    }
    if (Number.isNaN(index)) {
      result += "$";
    } else {
      const group = captured[index - 1];
      if (group !== undefined) result += String(group);
      position += String(index).length;
    }
  }
  return result + replacement.slice(position);
}

function split(args: readonly Value[], run: Run): Value {
  const text = stringAt(args, 0);
  const separator = args[1];
  if (text === undefined) return undefined;
  const limit = numberAt(args, 2);
  if (limit !== undefined && limit < 0) fail("D3020", { value: limit });
  if (limit === 0) return [];
  run.payString(text.length);
  if (typeof separator === "string") return splitAt(text, { separator, limit: Math.floor(limit ?? Infinity) }, run);
  const matcher = functionAt(args, 1);
  if (matcher === undefined) return [text];
  const parts: string[] = [];
  let start = 0;
  let isFull = false;
  for (const one of matchesOf(matcher, text, run)) {
    parts.push(text.slice(start, one.start));
    run.pay(stepsPerPart);
    run.paySequenceGrowth(parts.length, 1);
    start = one.end;
    isFull = limit !== undefined && parts.length >= limit;
    if (isFull) break;
  }
  if (!isFull) parts.push(text.slice(start));
  return parts;
}

type Splitting = { readonly separator: string; readonly limit: number };

function splitAt(text: string, { separator, limit }: Splitting, run: Run): readonly string[] {
  if (separator === "") {
    const count = Math.min(text.length, limit);
    run.paySequence(count);
    return text.split("", count);
  }
  const search = new TextSearch(separator, run);
  const parts: string[] = [];
  let start = 0;
  for (let found = search.indexIn(text, 0, run); found !== -1; found = search.indexIn(text, start, run)) {
    parts.push(text.slice(start, found));
    if (parts.length >= limit) return parts;
    run.pay(stepsPerPart);
    run.paySequenceGrowth(parts.length, 1);
    start = found + separator.length;
  }
  parts.push(text.slice(start));
  return parts;
}

export const patternFunctions: readonly Builtin[] = [
  { name: "match", signature: "<s-f<s:o>n?:a<o>>", arity: 3, integers: [2], perform: matchAll },
  { name: "contains", signature: "<s-(sf):b>", arity: 2, perform: contains },
  { name: "replace", signature: "<s-(sf)(sf)n?:s>", arity: 4, integers: [3], perform: replace },
  { name: "split", signature: "<s-(sf)n?:a<s>>", arity: 3, integers: [2], perform: split },
];
