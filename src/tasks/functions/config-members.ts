// Members of an entry of `functions`, read one by one. Values of `env` and `headers` are never shown.
import { nearestName } from "../../asl/nearest-name.ts";
import { holdsAddress } from "../../aws/endpoint.ts";

export type Members = Readonly<Record<string, unknown>>;
export type Report = (problem: string) => void;

const defaultTimeoutSeconds = 60;
/** The longest delay a timer of Node.js can have. */
const maxTimeoutSeconds = 2_147_483;
const defaultMemoryMb = 1024;
const maxConcurrency = 1000;

/** A member that may have another name, under which it was known before Lambda's own. */
interface Named {
  readonly name: string;
  readonly value: unknown;
}

/** The first of the names that is given; two are one too many. */
export function givenMember(entry: Members, names: readonly string[], report: Report): Named {
  const [name = names[0] ?? "", second] = names.filter((each) => Object.hasOwn(entry, each));
  if (second !== undefined) report(`has ${quote(name)} and ${quote(second)}, which say the same. Give ${quote(name)}.`);
  return { name, value: entry[name] };
}

export function timeoutOf(entry: Members, report: Report): number {
  const { name, value = defaultTimeoutSeconds } = givenMember(entry, ["timeout", "timeoutSeconds"], report);
  if (typeof value === "number" && value > 0 && value <= maxTimeoutSeconds) return value;
  report(`"${name}" is ${show(value)}. Give a number of seconds above 0, at most ${maxTimeoutSeconds}.`);
  return defaultTimeoutSeconds;
}

export function memoryOf(entry: Members, report: Report): number {
  const { name, value = defaultMemoryMb } = givenMember(entry, ["memorySize", "memoryMb"], report);
  if (typeof value === "number" && value >= 16 && value <= 65_536) return value;
  report(`"${name}" is ${show(value)}. Give a number of MB from 16 to 65536.`);
  return defaultMemoryMb;
}

export function concurrencyOf({ concurrency }: Members, report: Report): number | undefined {
  if (concurrency === undefined) return undefined;
  const isCount = typeof concurrency === "number" && Number.isInteger(concurrency);
  if (isCount && concurrency >= 1 && concurrency <= maxConcurrency) return concurrency;
  report(`"concurrency" is ${show(concurrency)}. Give a whole number of processes from 1 to ${maxConcurrency}.`);
  return undefined;
}

/** @returns the text as it is given, `undefined` for none. */
export function folderOf({ cwd }: Members, report: Report): string | undefined {
  if (cwd === undefined || (typeof cwd === "string" && !holdsAddress(cwd))) return cwd;
  report(`"cwd" is ${show(cwd)}. Give the path of a directory.`);
  return undefined;
}

export function textsOf(entry: Members, member: "env" | "headers", report: Report): Readonly<Record<string, string>> {
  const { [member]: value = {} } = entry;
  if (!isMembers(value)) {
    report(`"${member}" is ${typeName(value)}. Make it an object of names and texts.`);
    return {};
  }
  const texts: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== "string") report(`"${member}": ${quote(name)} is ${typeName(text)}. Make it a text.`);
    else if (member === "env" && (name === "" || /[=\0]/.test(name) || text.includes("\0"))) {
      report(`"env": ${quote(name)} cannot be an environment variable. Leave out '=' and the zero character.`);
    } else texts.push([name, text]);
  }
  return Object.fromEntries(texts);
}

/** The members of one kind of function: those that messages speak of, and other names that are taken as well. */
export interface KnownMembers {
  readonly function: string;
  readonly names: readonly string[];
  readonly others: readonly string[];
}

export function reportUnknown(entry: Members, { function: kind, names, others }: KnownMembers, report: Report): void {
  for (const name of Object.keys(entry)) {
    if (names.includes(name) || others.includes(name)) continue;
    const nearest = nearestName(name, [...names, ...others]);
    const advice =
      nearest === undefined ? `A ${kind} takes ${names.map(quote).join(", ")}.` : `Did you mean ${quote(nearest)}?`;
    report(`has an unknown member ${quote(name)}. ${advice}`);
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

export function show(value: unknown): string {
  if (value === undefined) return "absent";
  const text = JSON.stringify(value) ?? typeName(value);
  return holdsAddress(text) ? "an address" : text;
}

export function quote(name: string): string {
  return holdsAddress(name) ? "(an address)" : JSON.stringify(name);
}
