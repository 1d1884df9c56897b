// Text for a drawing without a browser to measure it: cleaned of what cannot be drawn, its width taken from the
// advance widths of a wide font, wrapped and shortened to a width. Nothing here splits what a reader sees as one character.

/** Longest text of a label, in UTF-16 units; a longer one ends with an ellipsis. */
export const longestText = 240;

/** Characters by the advance width that the widest common font, DejaVu Sans, has for them, in thousandths of the font size. */
const lightAdvances: ReadonlyMap<number, string> = new Map([
  [275, "'"],
  [300, "Iijl"],
  [325, " ,.·"],
  [350, "/:;\\|"],
  [375, "-f"],
  [400, "()[]t"],
  [425, "!r"],
  [500, '"*J`'],
  [525, "sz"],
  [550, "c"],
  [575, "?L_"],
  [600, "kvxy"],
  [625, "FTaeo"],
  [650, "$0123456789bdghnpqu{}"],
  [675, "EKPSY"],
  [700, "ABVXZ"],
  [750, "CRNU"],
  [800, "DHGOQ&"],
  [850, "w#+<=>^~"],
  [875, "M"],
  [1000, "%mW…"],
  [1025, "@"],
]);

/** The same of its bold letters, which stand for every weight above normal. */
const boldAdvances: ReadonlyMap<number, string> = new Map([
  [325, "'"],
  [350, " ijl"],
  [400, ",.:;/I\\|·"],
  [450, "-f"],
  [475, "!()[]"],
  [525, '`rt"*'],
  [600, "J_csz"],
  [650, "?Lx"],
  [675, "akvy"],
  [700, "$0123456789EFTeo"],
  [725, "SYbdghnpqu{}"],
  [775, "CPZABKRVX"],
  [825, "GU"],
  [875, "#+<=>DHN^~&OQ"],
  [925, "w"],
  [1025, "@M%…"],
  [1050, "m"],
  [1125, "W"],
]);

const [lightAdvanceOf, boldAdvanceOf] = [byCharacter(lightAdvances), byCharacter(boldAdvances)];

function byCharacter(advances: ReadonlyMap<number, string>): ReadonlyMap<string, number> {
  const rows = [...advances];
  return new Map(rows.flatMap(([advance, characters]) => [...characters].map((character) => [character, advance])));
}

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

/** The width in pixels at most; with the fonts of most readers a text is narrower. */
export function textWidth(text: string, font: { readonly size: number; readonly isBold?: boolean }): number {
  let sum = 0;
  for (const grapheme of graphemesOf(text)) sum += graphemeAdvance(grapheme, font);
  return (sum / 1_000) * font.size;
}

function graphemeAdvance(grapheme: string, { isBold }: { readonly isBold?: boolean }): number {
  const known = (isBold === true ? boldAdvanceOf : lightAdvanceOf).get(grapheme);
  if (known !== undefined) return known;
  const code = grapheme.codePointAt(0) ?? 0;
  if (grapheme.length > 1 && code > 0xffff) return 1_350;
  return code >= 0x1100 ? 1_050 : isBold === true ? 800 : 700;
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
  let width = 0;
  let start = "";
  for (const grapheme of graphemesOf(text)) {
    width += (graphemeAdvance(grapheme, fit) * fit.size) / 1_000;
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
