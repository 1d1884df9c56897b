// A bound on the nesting of JSON that comes from outside: writing it back recurses, and a stack is finite.

/** Nesting that AWS's own JSON parser accepts. */
const maxDepth = 1000;

export function isTooDeep(text: string): boolean {
  if (text.length <= maxDepth) return false;
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) isInString = !isInString;
    else if (isInString) i += unit === 0x5c ? 1 : 0;
    else if (unit === 0x5b || unit === 0x7b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
  return false;
}
