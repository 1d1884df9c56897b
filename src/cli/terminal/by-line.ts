// Text that comes in pieces, taken line by line.

const longest = 10_000;

/** Passes text on in whole lines; what functions print comes in pieces. */
export function byLine(take: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = `${rest}${text}`.split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) take(line.length > longest ? `${line.slice(0, longest)}…` : line);
    // A function that never ends its line must not fill the memory.
    if (rest.length > longest) take(rest.slice(0, longest));
    if (rest.length > longest) rest = "";
  };
}
