// `$fromMillis` and `$now`: an instant written by a picture, in a time zone given as `+0100`.
import { componentOf, dayNames, monthNames } from "./components.ts";
import { type Marker, type PicturePart, pictureOf } from "./picture.ts";
import { fail } from "../failures.ts";
import type { Run } from "../values.ts";
import { formattedInteger, formatInteger, type IntegerFormat } from "../numbers/integer-format.ts";

const isoPicture = pictureOf("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]", { pay: () => {} });

/** The last instant a date can hold. */
const maxDateMs = 8.64e15;

type Offset = { readonly hours: number; readonly minutes: number };

type DateFormat = { readonly picture: string | undefined; readonly timezone: string | undefined };

export function formatDate(ms: number, { picture, timezone }: DateFormat, run: Run): string {
  const parts = picture === undefined ? isoPicture : pictureOf(picture, run);
  const offset = offsetOf(timezone);
  const local = ms + (60 * offset.hours + offset.minutes) * 60_000;
  if (!(Math.abs(local) <= maxDateMs)) fail("D1001", { value: local });
  let text = "";
  for (const part of parts) {
    run.pay(stepsPerPart);
    text += formattedPart(local, part, offset, run);
    run.checkString(text.length);
  }
  return text;
}

function offsetOf(timezone: string | undefined): Offset {
  if (timezone === undefined) return { hours: 0, minutes: 0 };
  const offset = Number.parseInt(timezone, 10);
  return { hours: Math.floor(offset / 100), minutes: offset % 100 };
}

/** Measured. */
const stepsPerPart = 10;

function formattedPart(ms: number, part: PicturePart, offset: Offset, run: Run): string {
  if (part.kind === "literal") return part.value;
  const { component, integer } = part;
  if (component === "Z" || component === "z")
    return integer === undefined ? "" : formattedZone(part, integer, offset, run);
  if (component === "P") {
    const half = (componentOf(ms, "H") ?? 0) >= 12 ? "pm" : "am";
    return part.names === "upper" ? half.toUpperCase() : half;
  }
  if (component === "C" || component === "E") return "ISO";
  const number = componentOf(ms, component);
  if (number === undefined) return "undefined";
  if (part.names !== undefined && component !== "f") return formattedName(number, part);
  if (integer === undefined) return fail("D3133", { value: component });
  return formattedInteger(
    part.component === "Y" && part.yearDigits !== -1 ? number % 10 ** part.yearDigits : number,
    integer,
    run,
  );
}

function formattedName(number: number, { component, names, maxWidth }: Marker): string {
  const isMonth = component === "M" || component === "x";
  if (!isMonth && component !== "F") return fail("D3133", { value: component });
  const name = (isMonth ? monthNames[number - 1] : dayNames[number]) ?? "";
  const cased = names === "upper" ? name.toUpperCase() : names === "lower" ? name.toLowerCase() : name;
  return maxWidth === undefined ? cased : cased.slice(0, maxWidth);
}

function formattedZone(marker: Marker, integer: IntegerFormat, { hours, minutes }: Offset, run: Run): string {
  const offset = hours * 100 + minutes;
  if (offset === 0 && marker.modifier === "t") return "Z";
  const text = formattedOffset(integer, offset, { hours, minutes }, run);
  return (marker.component === "z" ? "GMT" : "") + (offset >= 0 ? "+" : "") + text;
}

function formattedOffset(integer: IntegerFormat, offset: number, { hours, minutes }: Offset, run: Run): string {
  if (integer.kind === "decimal" && integer.regular !== undefined) return formattedInteger(offset, integer, run);
  const digits = integer.kind === "decimal" ? integer.mandatoryDigits : 0;
  if (digits === 1 || digits === 2) {
    return formattedInteger(hours, integer, run) + (minutes === 0 ? "" : `:${formatInteger(minutes, "00", run)}`);
  }
  return digits === 3 || digits === 4 ? formattedInteger(offset, integer, run) : fail("D3134", { value: digits });
}
