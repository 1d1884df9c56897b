// Text that comes in pieces, taken line by line.

/** Passes text on in whole lines; what functions print comes in pieces. */
export function byLine(take: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = `${rest}${text}`.split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
    // A function that never ends its line must not fill the memory.
    if (rest.length > 10_000) take(rest.slice(0, 10_000));
    if (rest.length > 10_000) rest = "";
  };
}
