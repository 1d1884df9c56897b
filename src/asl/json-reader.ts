// Reads JSON whose numbers are to be more than doubles, several times as fast as a reviver that is shown the source of each
// value. The text is known to be JSON: `JSON.parse` has the say on that.

type Container = unknown[] | Record<string, unknown>;

/**
 * @param text valid JSON
 * @param numberOf makes a number of its text
 */
export function readJson(text: string, numberOf: (source: string) => unknown): unknown {
  const open: Container[] = [];
  const names: string[] = [];
  /** The name of the member that is read; absent where a name is to come, and in arrays. */
  let name: string | undefined;
  let at = 0;
  for (;;) {
    const unit = text.charCodeAt(at);
    let value: unknown;
    if (unit <= space || unit === comma || unit === colon) {
      at++;
      continue;
    } else if (unit === openBrace || unit === openBracket) {
      open.push(unit === openBrace ? {} : []);
      names.push(name ?? "");
      name = undefined;
      at++;
      continue;
    } else if (unit === closeBrace || unit === closeBracket) {
      value = open.pop();
      name = names.pop();
      at++;
    } else if (unit === quote) {
      const end = endOfString(text, at);
      const string = stringOf(text.slice(at, end));
      at = end;
      const container = open.at(-1);
      if (name === undefined && container !== undefined && !Array.isArray(container)) {
        name = string;
        continue;
      }
      value = string;
    } else if (unit === letterT || unit === letterF || unit === letterN) {
      value = unit === letterN ? null : unit === letterT;
      at += unit === letterF ? "false".length : "true".length;
    } else {
      const end = endOfNumber(text, at);
      value = numberOf(text.slice(at, end));
      at = end;
    }
    const container = open.at(-1);
    if (container === undefined) return value;
    if (Array.isArray(container)) container.push(value);
    else setMember(container, name ?? "", value);
    name = undefined;
  }
}

const [space, quote, comma, colon] = [0x20, 0x22, 0x2c, 0x3a];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
const [letterF, letterN, letterT] = [0x66, 0x6e, 0x74];

/** Behind the closing quote. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}

function stringOf(source: string): string {
  return source.includes("\\") ? (JSON.parse(source) as string) : source.slice(1, -1);
}

/** A number goes on to white space, a comma or a closing bracket. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const unit = text.charCodeAt(end);
    if (unit <= space || unit === comma || unit === closeBracket || unit === closeBrace) break;
  }
  return end;
}

/** `__proto__` is a name like any other. */
function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
