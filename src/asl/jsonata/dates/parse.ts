// `$toMillis`: an instant read from ISO 8601 text, or by a picture. Components that a picture leaves out are taken from the
// evaluation's clock where it is more significant than all that is given, and is zero where it is less.
import { componentOf, dayNames, monthNames } from "./components.ts";
import { type Marker, type PicturePart, pictureOf } from "./picture.ts";
import { fail } from "../failures.ts";
import { integerParserOf } from "../numbers/integer-format.ts";
import { compileRegex } from "../regex/match.ts";
import type { Run } from "../values.ts";

const isoTimestamp = /^\d{4}(-[01]\d)?(-[0-3]\d)?(T[0-2]\d:[0-5]\d:[0-5]\d)?(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$/;

export function parseIsoTimestamp(text: string): number {
  if (!isoTimestamp.test(text)) fail("D3110", { value: text });
  // Without an offset the platform would take its own time zone.
  const hasZone = /(?:Z|[+-]\d\d:?[0-5]\d)$/.test(text.slice(10)) || /^\d{4}(?:-\d\d){0,2}$/.test(text);
  return Date.parse(hasZone ? text : `${text}Z`);
}

type PartParser = {
  readonly pattern: string;
  readonly component?: string;
  readonly parse?: (text: string) => number | undefined;
};

/** Measured. */
const stepsPerPart = 60;

export function parseDate(text: string, picture: string, run: Run): number | undefined {
  const parts = pictureOf(picture, run);
  run.pay(stepsPerPart * parts.length);
  const parsers = parts.map(parserOf);
  const pattern = `^${parsers.map((parser) => `(${parser.pattern})`).join("")}$`;
  const match = compileRegex(pattern, "i", run).exec(text, 0, run);
  if (match === undefined) return undefined;
  const given = new Map<string, number | undefined>();
  parsers.forEach(({ component, parse }, i) => {
    if (component !== undefined && parse !== undefined) given.set(component, parse(match.groups[i] ?? ""));
  });
  return given.size === 0 ? undefined : instantOf(given, run.nowMs);
}

function parserOf(part: PicturePart): PartParser {
  if (part.kind === "literal") return { pattern: part.value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") };
  const { component, integer } = part;
  if (component === "Z" || component === "z") return zoneParser(part);
  if (component === "f") {
    return { pattern: "[0-9]+", component, parse: (text) => Number.parseFloat(`0.${text.slice(0, 3)}`) * 1000 };
  }
  if (integer !== undefined) return { ...integerParserOf(integer, part.parseWidth), component };
  const values = namesOf(part);
  return { pattern: "[a-zA-Z]+", component, parse: (text) => values.get(text) };
}

function namesOf({ component, maxWidth }: Marker): ReadonlyMap<string, number> {
  const shortened = (names: readonly string[], first: number): ReadonlyMap<string, number> =>
    new Map(names.map((name, i) => [name.slice(0, maxWidth || undefined), i + first]));
  if (component === "M" || component === "x") return shortened(monthNames, 1);
  if (component === "F") return shortened(dayNames.slice(1), 1);
  if (component !== "P") return fail("D3133", { value: component });
  return new Map([
    ["am", 0],
    ["AM", 0],
    ["pm", 1],
    ["PM", 1],
  ]);
}

/** Minutes east of Greenwich. */
function zoneParser({ component, integer }: Marker): PartParser {
  const separator = integer?.kind === "decimal" ? integer.regular?.character : undefined;
  const prefix = component === "z" ? "GMT" : "";
  const pattern = `${prefix}[-+][0-9]+${separator === undefined ? "" : `${separator}[0-9]+`}`;
  const parse = (text: string): number => {
    const offset = text.slice(prefix.length);
    const split = separator === undefined ? (offset.length <= 3 ? offset.length : 3) : offset.indexOf(separator);
    const minutes = offset.slice(separator === undefined ? split : split + separator.length);
    return Number.parseInt(offset.slice(0, split), 10) * 60 + (minutes === "" ? 0 : Number.parseInt(minutes, 10));
  };
  return { pattern, component, parse };
}

function instantOf(given: ReadonlyMap<string, number | undefined>, nowMs: number): number {
  // As the package's bit masks have it, a component that is zero does not count as given.
  const presentDate = [..."YXMxWwdD"].filter((component) => isCounted(given.get(component)));
  const presentTime = [..."PHhmsf"].filter((component) => isCounted(given.get(component)));
  const isForm = (present: readonly string[], form: string): boolean =>
    present.length > 0 && present.every((component) => form.includes(component));
  const isMonthDay = isForm(presentDate, "YMD");
  const isYearDay = !isMonthDay && isForm(presentDate, "Yd");
  const isMonthWeek = isForm(presentDate, "Xxw");
  const isYearWeek = !isMonthWeek && isForm(presentDate, "XW");
  const isHalfDay = !isForm(presentTime, "Hmsf") && isForm(presentTime, "Phmsf");
  const dateComponents = isYearDay ? "YD" : isMonthWeek ? "XxwF" : isYearWeek ? "XWF" : "YMD";
  const components = completed(given, dateComponents + (isHalfDay ? "Phmsf" : "Hmsf"), nowMs);
  if (isMonthWeek || isYearWeek) fail("D3136");
  const at = (component: string): number => components.get(component) ?? Number.NaN;
  let [month, day] = [at("M") > 0 ? at("M") - 1 : 0, at("D")];
  if (isYearDay) {
    const derived = new Date(Date.UTC(at("Y"), 0) + (at("d") - 1) * 86_400_000);
    [month, day] = [derived.getUTCMonth(), derived.getUTCDate()];
  }
  const hours = isHalfDay ? (at("h") === 12 ? 0 : at("h")) + (at("P") === 1 ? 12 : 0) : at("H");
  const offsetMinutes = components.get("Z") || components.get("z") || 0;
  return Date.UTC(at("Y"), month, day, hours, at("m"), at("s"), at("f")) - offsetMinutes * 60_000;
}

function isCounted(value: number | undefined): boolean {
  return value !== undefined && value !== 0 && !Number.isNaN(value);
}

function completed(
  given: ReadonlyMap<string, number | undefined>,
  order: string,
  nowMs: number,
): ReadonlyMap<string, number | undefined> {
  const components = new Map(given);
  let place: "before" | "within" | "after" = "before";
  for (const component of order) {
    if (components.get(component) !== undefined) {
      if (place === "after") fail("D3136");
      place = "within";
    } else if (place === "before") {
      components.set(component, componentOf(nowMs, component));
    } else {
      components.set(component, "MDd".includes(component) ? 1 : 0);
      place = "after";
    }
  }
  return components;
}
