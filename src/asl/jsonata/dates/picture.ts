// Date and time pictures (XPath and XQuery Functions and Operators 3.1, §9.8.4): `[Y0001]-[M01]-[D01]` to its parts.
import { fail } from "../failures.ts";
import type { Payer } from "../values.ts";
import { type IntegerFormat, integerFormatOf } from "../numbers/integer-format.ts";

export type Marker = {
  readonly kind: "marker";
  /** Year `Y`, month `M`, day `D` … as the specification letters them. */
  readonly component: string;
  readonly minWidth: number | undefined;
  readonly maxWidth: number | undefined;
  readonly names: "upper" | "lower" | "title" | undefined;
  readonly integer: IntegerFormat | undefined;
  /** The trailing modifier; `t` writes a zero offset as `Z`. */
  readonly modifier: string | undefined;
  /** Digits of the year to keep, -1 for all. */
  readonly yearDigits: number;
  /** Digits to read, where another integer follows at once. */
  parseWidth: number | undefined;
};

export type PicturePart = { readonly kind: "literal"; readonly value: string } | Marker;

const defaultModifiers: ReadonlyMap<string, string> = new Map([
  ...[..."YMDdWwXxHhf"].map((component): [string, string] => [component, "1"]),
  ...[..."FPCE"].map((component): [string, string] => [component, "n"]),
  ["m", "01"],
  ["s", "01"],
  ["Z", "01:01"],
  ["z", "01:01"],
]);

/** Measured. */
const [stepsPerCharacter, stepsPerMarker] = [2, 50];

export function pictureOf(picture: string, payer: Payer): readonly PicturePart[] {
  payer.pay(stepsPerCharacter * picture.length);
  const parts: PicturePart[] = [];
  let start = 0;
  const addLiteral = (end: number): void => {
    if (end > start) parts.push({ kind: "literal", value: picture.slice(start, end).replaceAll("]]", "]") });
  };
  let position = 0;
  while (position < picture.length) {
    if (picture.charAt(position) !== "[") {
      position += 1;
      continue;
    }
    addLiteral(position);
    payer.pay(stepsPerMarker);
    if (picture.charAt(position + 1) === "[") {
      parts.push({ kind: "literal", value: "[" });
      position += 2;
    } else {
      const end = picture.indexOf("]", position);
      if (end === -1) fail("D3135");
      const marker = markerOf(picture.slice(position + 1, end).replace(/\s+/g, ""), payer);
      const previous = parts.at(-1);
      const isInteger = marker.integer !== undefined && !"Zz".includes(marker.component);
      if (isInteger && previous?.kind === "marker" && previous.integer?.kind === "decimal") {
        previous.parseWidth = previous.integer.mandatoryDigits;
      }
      parts.push(marker);
      position = end + 1;
    }
    start = position;
  }
  addLiteral(position);
  return parts;
}

function markerOf(text: string, payer: Payer): Marker {
  const component = text.charAt(0);
  const comma = text.lastIndexOf(",");
  const modifiers = comma === -1 ? text.slice(1) : text.slice(1, comma);
  const [minWidth, maxWidth] = comma === -1 ? [undefined, undefined] : widthsOf(text.slice(comma + 1));
  const hasSecond = modifiers.length > 1 && "atco".includes(modifiers.slice(-1));
  const modifier = hasSecond ? modifiers.slice(-1) : undefined;
  const presentation =
    modifiers === "" ? defaultModifiers.get(component) : hasSecond ? modifiers.slice(0, -1) : modifiers;
  if (presentation === undefined) return fail("D3132", { value: component });
  const names = namesOf(presentation);
  const marker = { kind: "marker" as const, component, minWidth, maxWidth, names, modifier, parseWidth: undefined };
  if ("Zz".includes(component)) return { ...marker, integer: integerFormatOf(presentation, payer), yearDigits: -1 };
  if (names !== undefined || !"YMDdFWwXxHhmsf".includes(component))
    return { ...marker, integer: undefined, yearDigits: -1 };
  const written = integerFormatOf(modifier === undefined ? presentation : `${presentation};${modifier}`, payer);
  const integer = widened(written, minWidth);
  if (component !== "Y" || integer.kind !== "decimal") return { ...marker, integer, yearDigits: maxWidth ?? -1 };
  if (maxWidth !== undefined) {
    return { ...marker, integer: { ...integer, mandatoryDigits: maxWidth }, yearDigits: maxWidth };
  }
  const width = integer.mandatoryDigits + integer.optionalDigits;
  return { ...marker, integer, yearDigits: width >= 2 ? width : -1 };
}

function namesOf(presentation: string): Marker["names"] {
  if (presentation.startsWith("n")) return "lower";
  if (presentation.startsWith("Nn")) return "title";
  return presentation.startsWith("N") ? "upper" : undefined;
}

function widened(format: IntegerFormat, minWidth: number | undefined): IntegerFormat {
  if (format.kind !== "decimal" || minWidth === undefined || format.mandatoryDigits >= minWidth) return format;
  return { ...format, mandatoryDigits: minWidth };
}

function widthsOf(text: string): readonly [number | undefined, number | undefined] {
  const dash = text.indexOf("-");
  if (dash === -1) return [widthOf(text), undefined];
  return [widthOf(text.slice(0, dash)), widthOf(text.slice(dash + 1))];
}

const maxWidth = 1000;

function widthOf(text: string): number | undefined {
  if (text === "*") return undefined;
  const width = Number.parseInt(text, 10);
  return Number.isNaN(width) ? undefined : Math.min(width, maxWidth);
}
