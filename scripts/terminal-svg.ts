// The text of a terminal, with its colours, as an SVG document.
import { escapeXml } from "../src/graph/svg.ts";

const colours: ReadonlyMap<number, string> = new Map([
  [31, "#f87171"],
  [32, "#4ade80"],
  [33, "#fbbf24"],
  [34, "#60a5fa"],
  [35, "#e879f9"],
  [36, "#22d3ee"],
]);
const plainColour = "#e2e8f0";
const dimColour = "#8b98ab";

interface Style {
  readonly colour: string | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

interface Cell {
  readonly character: string;
  readonly style: Style;
}

const character = { width: 8.4, height: 19 };
const padding = 16;
const plain: Style = { colour: undefined, isBold: false, isDim: false };

/** @param columns lines go on in the next row where they are longer, as in a terminal. */
export function terminalSvg(
  text: string,
  { columns, title }: { readonly columns: number; readonly title: string },
): string {
  const rows = cellsOf(text.trimEnd()).flatMap((line) => wrapped(line, columns));
  const width = Math.ceil(columns * character.width + 2 * padding);
  const height = rows.length * character.height + 2 * padding + 22;
  const dots = ["#f87171", "#fbbf24", "#4ade80"].map(
    (fill, i) => `<circle cx="${18 + 18 * i}" cy="17" r="5.5" fill="${fill}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="#0f172a"/>`,
    ...dots,
    `<g font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace" font-size="14" fill="${plainColour}">`,
    ...rows.map((row, i) => rowText(row, padding + 30 + i * character.height)),
    "</g></svg>\n",
  ].join("\n");
}

/** Every piece of one style is as wide as its characters, whatever font a reader has. */
function rowText(row: readonly Cell[], y: number): string {
  const pieces: string[] = [];
  for (let start = 0; start < row.length;) {
    let end = start + 1;
    while (end < row.length && row[end]?.style === row[start]?.style) end++;
    const text = row
      .slice(start, end)
      .map((cell) => cell.character)
      .join("");
    if (text.trim() !== "")
      pieces.push(piece(text, row[start]?.style ?? plain, { x: padding + start * character.width, y }));
    start = end;
  }
  return pieces.join("");
}

function piece(
  text: string,
  { colour, isBold, isDim }: Style,
  { x, y }: { readonly x: number; readonly y: number },
): string {
  const trimmed = text.trimStart();
  const at = x + (text.length - trimmed.length) * character.width;
  const shown = trimmed.trimEnd();
  const fill = isDim ? dimColour : colour;
  const style = `${fill === undefined ? "" : ` fill="${fill}"`}${isBold ? ' font-weight="700"' : ""}`;
  const length = (shown.length * character.width).toFixed(1);
  return `<text xml:space="preserve" x="${at.toFixed(1)}" y="${y}" textLength="${length}"${style}>${escapeXml(shown)}</text>`;
}

/** Texts, and the escape sequences that set the style of the next one. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
const piecesOfStyle = /\u001B\[([\d;]*)m|([^\u001B]+)/g;

function cellsOf(text: string): readonly (readonly Cell[])[] {
  let style = plain;
  return text.split("\n").map((line) => {
    const cells: Cell[] = [];
    for (const [, codes, letters = ""] of line.matchAll(piecesOfStyle)) {
      if (codes === undefined) cells.push(...[...letters].map((each) => ({ character: each, style })));
      else for (const code of codes.split(";")) style = styled(style, Number(code));
    }
    return cells;
  });
}

function styled(style: Style, code: number): Style {
  if (code === 0) return plain;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 39) return { ...style, colour: undefined };
  return { ...style, colour: colours.get(code) ?? style.colour };
}

function wrapped(line: readonly Cell[], columns: number): readonly (readonly Cell[])[] {
  const rows: (readonly Cell[])[] = [];
  for (let at = 0; at === 0 || at < line.length; at += columns) rows.push(line.slice(at, at + columns));
  return rows;
}
