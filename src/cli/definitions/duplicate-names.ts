// Names that stand twice in one object of JSON text. Every reader of JSON takes the last one, AWS's too, and says nothing.
import type { Range } from "./source-position.ts";

export interface DuplicateName {
  readonly name: string;
  /** The later one's. */
  readonly range: Range;
  /** The offset of the one before it. */
  readonly first: number;
}

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/** @param json text that is JSON. */
export function duplicateNames(json: string): readonly DuplicateName[] {
  const found: DuplicateName[] = [];
  /** The names of the objects around and where they stand; an array has none. */
  const around: Map<string, number>[] = [];
  let last: { readonly text: string; readonly start: number } | undefined;
  for (const { 0: text, index: start } of json.matchAll(token)) {
    if (text === "{" || text === "[") around.push(new Map());
    else if (text === "}" || text === "]") around.pop();
    else if (text !== ":") last = { text, start };
    else if (last !== undefined) {
      const name = String(JSON.parse(last.text));
      const first = around.at(-1)?.get(name);
      if (first !== undefined)
        found.push({ name, range: { start: last.start, end: last.start + last.text.length }, first });
      around.at(-1)?.set(name, last.start);
    }
  }
  return found;
}
