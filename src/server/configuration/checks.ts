// What the checks of a configuration share: members of objects, and showing a value that somebody wrote.
import { nearestName } from "./suggestion.ts";

export type Report = (problem: string) => void;
export type Members = Readonly<Record<string, unknown>>;

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param within what stands before the names, such as `limits.`. */
export function reportUnknown(
  value: Members,
  { known, within }: { readonly known: readonly string[]; readonly within: string },
  report: Report,
): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    const advice = nearest === undefined ? `Known are ${known.join(", ")}.` : `Did you mean ${within}${nearest}?`;
    report(`${within}${name} is unknown. ${advice}`);
  }
}

export function textOf(name: string, value: unknown, report: Report): string | undefined {
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  report(`${name} is ${value === "" ? "empty" : show(value)}. Give a text, or leave it out.`);
  return undefined;
}

export function typeName(value: unknown): string {
  if (value === undefined || value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

export function show(value: unknown): string {
  return typeof value === "object" || typeof value === "function"
    ? typeName(value)
    : (JSON.stringify(value) ?? "absent");
}
