// The patterns of `StringMatches`: `*` stands for any run of characters, `\*` for a star, `\\` for a backslash, and
// nothing else is special. Matching never goes back over text it has passed.
import type { Work } from "../work.ts";
import { searchFor } from "./text-search.ts";

/** Whether a pattern stands for a text. @throws WorkExceeded */
export type StringPattern = (text: string, work: Work) => boolean;

/** @throws WorkExceeded */
export function compileStringPattern(pattern: string, compiling: Work): StringPattern {
  compiling.pay(1 + 3 * pattern.length);
  const parts = splitAtStars(pattern);
  const [first = "", ...others] = parts;
  const last = others.pop();
  const searches = others.map(searchFor);
  const charactersPerStep = searches.some(({ isSlow }) => isSlow) ? 2 : 4;
  const pay = (text: string, work: Work): void =>
    work.pay(2 + parts.length + Math.ceil((pattern.length + text.length) / charactersPerStep));
  if (last === undefined) {
    return (text, work) => {
      pay(text, work);
      return text === first;
    };
  }
  return (text, work) => {
    pay(text, work);
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const search of searches) {
      const found = search.indexIn(text, at);
      if (found === -1) return false;
      at = found + search.length;
    }
    return at <= end;
  };
}

/** The literal texts between the stars. */
function splitAtStars(pattern: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < pattern.length; i++) {
    const [character, next] = [pattern.charAt(i), pattern.charAt(i + 1)];
    if (character === "*") {
      parts.push(part);
      part = "";
    } else if (character === "\\" && (next === "*" || next === "\\")) {
      part += next;
      i++;
    } else {
      part += character;
    }
  }
  return [...parts, part];
}
