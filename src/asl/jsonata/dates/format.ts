// `$fromMillis` and `$now`: an instant written by a picture, in a time zone given as `+0100`.
import { componentOf, dayNames, monthNames } from "./components.ts";
import { type Marker, type PicturePart, pictureOf } from "./picture.ts";
import { fail } from "../failures.ts";
import { formattedInteger, formatInteger, type IntegerFormat } from "../numbers/integer-format.ts";

const isoPicture = pictureOf("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]");

/** The last instant a date can hold. */
const maxDateMs = 8.64e15;

type Offset = { readonly hours: number; readonly minutes: number };

export function formatDate(ms: number, picture: string | undefined, timezone: string | undefined): string {
  const parts = picture === undefined ? isoPicture : pictureOf(picture);
  const offset = offsetOf(timezone);
  const local = ms + (60 * offset.hours + offset.minutes) * 60_000;
  if (!(Math.abs(local) <= maxDateMs)) fail("D1001", { value: local });
  return parts.map((part) => formattedPart(local, part, offset)).join("");
}

function offsetOf(timezone: string | undefined): Offset {
  if (timezone === undefined) return { hours: 0, minutes: 0 };
  const offset = Number.parseInt(timezone, 10);
  return { hours: Math.floor(offset / 100), minutes: offset % 100 };
}

function formattedPart(ms: number, part: PicturePart, offset: Offset): string {
  if (part.kind === "literal") return part.value;
  const { component, integer } = part;
  if (component === "Z" || component === "z") return integer === undefined ? "" : formattedZone(part, integer, offset);
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
  );
}

function formattedName(number: number, { component, names, maxWidth }: Marker): string {
  const isMonth = component === "M" || component === "x";
  if (!isMonth && component !== "F") return fail("D3133", { value: component });
  const name = (isMonth ? monthNames[number - 1] : dayNames[number]) ?? "";
  const cased = names === "upper" ? name.toUpperCase() : names === "lower" ? name.toLowerCase() : name;
  return maxWidth === undefined ? cased : cased.slice(0, maxWidth);
}

function formattedZone(marker: Marker, integer: IntegerFormat, { hours, minutes }: Offset): string {
  const offset = hours * 100 + minutes;
  if (offset === 0 && marker.modifier === "t") return "Z";
  const text = formattedOffset(integer, offset, { hours, minutes });
  return (marker.component === "z" ? "GMT" : "") + (offset >= 0 ? "+" : "") + text;
}

function formattedOffset(integer: IntegerFormat, offset: number, { hours, minutes }: Offset): string {
  if (integer.kind === "decimal" && integer.regular !== undefined) return formattedInteger(offset, integer);
  const digits = integer.kind === "decimal" ? integer.mandatoryDigits : 0;
  if (digits === 1 || digits === 2) {
    return formattedInteger(hours, integer) + (minutes === 0 ? "" : `:${formatInteger(minutes, "00")}`);
  }
  return digits === 3 || digits === 4 ? formattedInteger(offset, integer) : fail("D3134", { value: digits });
}
