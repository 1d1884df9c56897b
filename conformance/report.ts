// The results as text: a table per area, and for a case what was expected beside what came.
import { isJsonArray, isJsonObject, type Json, type JsonObject, stringifyJson } from "../src/asl/json.ts";
import type { Ran, WhyKnown } from "./ran.ts";
import type { RanRecording } from "./run-cases.ts";
import { whyNotRunnable } from "./runnable.ts";

export interface Row {
  readonly area: string;
  readonly passed: number;
  readonly failed: number;
  readonly known: number;
  readonly notRunnable: number;
}

/** With an endpoint it would have been played. */
export function lacksEndpoint({ recorded, outcome }: RanRecording): boolean {
  return outcome === "not runnable" && whyNotRunnable(recorded, true) === undefined;
}

/** One row per area, and their sum. */
export function tabulate<R extends Ran>(results: readonly R[], whyKnown: WhyKnown<R>): readonly Row[] {
  const row = (area: string, ran: readonly R[]): Row => {
    const failures = ran.filter(({ outcome }) => outcome === "failed");
    const expected = failures.filter((one) => whyKnown(one) !== undefined).length;
    return {
      area,
      passed: ran.filter(({ outcome }) => outcome === "passed").length,
      failed: failures.length - expected,
      known: expected,
      notRunnable: ran.filter(({ outcome }) => outcome === "not runnable").length,
    };
  };
  const areas = Map.groupBy(results, ({ area }) => area);
  return [...[...areas].map(([area, ran]) => row(area, ran)), row("all", results)];
}

/** @param unplayed heads the column of the cases that were not played. */
export function table(rows: readonly Row[], unplayed: string): string {
  const headings = ["area", "passed", "failed", "known", unplayed];
  const cells = rows.map(({ area, passed, failed, known, notRunnable }) =>
    [area, passed, failed, known, notRunnable].map(String),
  );
  const widths = headings.map((heading, i) => Math.max(heading.length, ...cells.map((line) => (line[i] ?? "").length)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(headings), rule, ...cells.map(line)].join("\n");
}

/** Why cases are known to fail or cannot be played, and how many there are of each. */
export function reasons<R extends Ran>(results: readonly R[], whyKnown: WhyKnown<R>, unplayed: string): string {
  const counted = results.flatMap((one): readonly string[] => {
    if (one.outcome === "not runnable") return [`${unplayed}: ${one.reason}`];
    const reason = one.outcome === "failed" ? whyKnown(one) : undefined;
    return reason === undefined ? [] : [`known: ${reason}`];
  });
  const groups = [...Map.groupBy(counted, (reason) => reason)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([reason, { length }]) => `- ${length} ${reason}`).join("\n");
}

/** The expected (-) and the actual (+), event by event where there are events. */
export function explain({ name, outcome, reason, differences, observed, expected }: Ran): string {
  const lines = [`${outcome}: ${name}`];
  if (reason !== undefined) lines.push(`  ${reason}`);
  const keys = new Set(differences.map(({ path }) => (/^\$\.([^.[]+)/.exec(path) ?? [])[1] ?? ""));
  for (const key of keys) {
    const [want, got] = [memberAt(expected, key), memberAt(observed, key)];
    const [wantChain, gotChain] = [chain(want), chain(got)];
    if (wantChain !== undefined && gotChain !== undefined) {
      lines.push(`  ${key}:`, ...diff(wantChain, gotChain).map((line) => `    ${line}`));
      continue;
    }
    for (const difference of differences.filter(({ path }) => path.startsWith(`$.${key}`))) {
      lines.push(`  ${difference.path}`, `    - ${show(difference.expected)}`, `    + ${show(difference.got)}`);
    }
  }
  return lines.join("\n");
}

function memberAt(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) ? value[key] : undefined;
}

function show(value: Json | undefined): string {
  return value === undefined ? "(absent)" : stringifyJson(value);
}

function chain(value: Json | undefined): readonly string[] | undefined {
  const events = isJsonObject(value) ? value["events"] : undefined;
  return isJsonArray(events)
    ? events.map((event) => (isJsonObject(event) ? eventLine(event) : show(event)))
    : undefined;
}

function eventLine({ id, previousEventId, type, timestamp: _timestamp, ...details }: JsonObject): string {
  const text = Object.values(details).map((member) => stringifyJson(sorted(member)));
  return [`${show(id)}<${show(previousEventId)} ${String(type)}`, ...text].join(" ");
}

function sorted(value: Json): Json {
  if (isJsonArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}

/** Lines of both by their longest common subsequence. */
function diff(want: readonly string[], got: readonly string[]): readonly string[] {
  const lengths = Array.from({ length: want.length + 1 }, () => new Uint16Array(got.length + 1));
  for (let i = want.length - 1; i >= 0; i--) {
    for (let j = got.length - 1; j >= 0; j--) {
      const [row, next] = [lengths[i]!, lengths[i + 1]!];
      row[j] = want[i] === got[j] ? next[j + 1]! + 1 : Math.max(next[j]!, row[j + 1]!);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < want.length || j < got.length) {
    if (i < want.length && j < got.length && want[i] === got[j]) {
      lines.push(`  ${want[i]}`);
      i++;
      j++;
    } else if (i < want.length && (j === got.length || lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      lines.push(`- ${want[i++]}`);
    } else lines.push(`+ ${got[j++]}`);
  }
  return lines;
}
