// Text for a drawing without a browser to measure it: cleaned of what cannot be drawn, its width estimated from the advance
// widths of Arial, wrapped and shortened to a width. Nothing here splits what a reader sees as one character.

/** Longest text of a label, in UTF-16 units; a longer one ends with an ellipsis. */
export const longestText = 240;

/** Characters of Arial by advance width, in thousandths of the font size. */
const advances: ReadonlyMap<number, string> = new Map([
  [222, "ijl'|"],
  [278, "ftI .,:;/\\![]`"],
  [333, "r()-{}"],
  [389, '*"^'],
  [500, "ckszvxyJ_"],
  [556, "abdeghnopqu0123456789L$?#"],
  [584, "+<>=~"],
  [667, "ABEKPSVXYF&TZ"],
  [722, "CDHNRUw"],
  [778, "GOQ"],
  [833, "Mm"],
  [944, "W%"],
  [1015, "@"],
]);

const advanceOf: ReadonlyMap<string, number> = new Map(
  [...advances].flatMap(([advance, characters]) => [...characters].map((character) => [character, advance] as const)),
);

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const ellipsis = "…";

/** One line of drawable text of bounded length: no control characters, no line breaks, no halves of surrogate pairs. */
export function cleanText(text: string): string {
  const clean = text
    .slice(0, 2 * longestText)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}\ufffe\uffff]+/gu, " ")
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .trim();
  return shortenedTo(clean, longestText);
}

/** A text of at most that many UTF-16 units, ending with an ellipsis if it was longer. */
export function shortenedTo(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${graphemesOf(text.slice(0, length)).slice(0, -1).join("").trimEnd()}${ellipsis}`;
}

/** Estimated width in pixels, a little generous because the reader's font is unknown. */
export function textWidth(text: string, font: { readonly size: number; readonly isBold?: boolean }): number {
  let sum = 0;
  for (const grapheme of graphemesOf(text)) sum += graphemeAdvance(grapheme);
  return (sum / 1_000) * font.size * (font.isBold === true ? 1.1 : 1.04);
}

function graphemeAdvance(grapheme: string): number {
  const known = advanceOf.get(grapheme);
  if (known !== undefined) return known;
  const code = grapheme.codePointAt(0) ?? 0;
  if (grapheme.length > 1 && code > 0xffff) return 1_350;
  return code >= 0x1100 ? 1_050 : 650;
}

type Fit = { readonly width: number; readonly size: number; readonly isBold?: boolean };

/** The text in at most `lineCount` lines of at most `width` pixels, broken at spaces where possible, shortened if it must. */
export function wrapText(text: string, fit: Fit & { readonly lineCount: number }): readonly string[] {
  const widest = brokenText(text, fit);
  if (widest.length < 2 || widest.at(-1)?.endsWith(ellipsis) === true) return widest;
  // Lines of about the same length: the narrowest that needs no more of them.
  for (const share of [0.55, 0.65, 0.75, 0.85]) {
    const lines = brokenText(text, { ...fit, width: share * fit.width });
    if (lines.length === widest.length && lines.at(-1)?.endsWith(ellipsis) !== true) return lines;
  }
  return widest;
}

function brokenText(text: string, fit: Fit & { readonly lineCount: number }): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== "" && lines.length + 1 < fit.lineCount && textWidth(rest, fit) > fit.width) {
    const line = breakableStart(rest, fit);
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return rest === "" ? lines : [...lines, shorten(rest, fit)];
}

/** As much of the start of a text as fits, ending where it is best broken: after a space, else after a `.` or `-`, … */
function breakableStart(text: string, fit: Fit): string {
  const start = startThatFits(text, fit);
  const breaks = [
    start.lastIndexOf(" "),
    Math.max(start.lastIndexOf("."), start.lastIndexOf("-")),
    Math.max(start.lastIndexOf("_"), lastHump(start)),
  ];
  const best = breaks.find((at) => at > 0.4 * start.length);
  return best === undefined ? start : start.slice(0, best + 1);
}

/** Where a lower-case letter is followed by a capital for the last time. */
function lastHump(text: string): number {
  for (let i = text.length - 2; i > 0; i--) {
    if (/\p{Ll}\p{Lu}/u.test(text.slice(i, i + 2))) return i;
  }
  return -1;
}

/** The text, or its start and an ellipsis. */
function shorten(text: string, fit: Fit): string {
  if (textWidth(text, fit) <= fit.width) return text;
  return `${startThatFits(text, { ...fit, width: fit.width - fit.size })}`.trimEnd() + ellipsis;
}

function startThatFits(text: string, fit: Fit): string {
  const factor = (fit.size / 1_000) * (fit.isBold === true ? 1.1 : 1.04);
  let width = 0;
  let start = "";
  for (const grapheme of graphemesOf(text)) {
    width += graphemeAdvance(grapheme) * factor;
    if (width > fit.width && start !== "") break;
    start += grapheme;
  }
  return start;
}

function graphemesOf(text: string): readonly string[] {
  // Almost all text is ASCII, where every unit is a character; the segmenter is a hundred times slower.
  if (/^[\x20-\x7e]*$/.test(text)) return text.split("");
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}
