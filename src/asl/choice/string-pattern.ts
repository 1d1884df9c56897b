// The patterns of `StringMatches`: `*` stands for any run of characters, `\*` for a star, `\\` for a backslash, and
// nothing else is special. Matching never goes back over text it has passed.

export function compileStringPattern(pattern: string): (text: string) => boolean {
  const parts = splitAtStars(pattern);
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
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
