// How much re2js makes of a regular expression, estimated from its text: what is to be paid has to be known before it is
// made, and `(\p{L}{1000})` is short.

/** The size of what is made of a part of an expression. */
type Weight = {
  /** Instructions. */
  readonly size: number;
  /** Ranges of characters in all of its instructions. */
  readonly ranges: number;
};

/** A class of Unicode, such as `\p{L}`, has up to about this many ranges; without regard to case, more. */
const unicodeRanges = 800;
/** re2js refuses longer repetitions, and those that amount to more together. */
const maxRepetitions = 1_000;

/** Steps: measured, at 20 nanoseconds. */
const stepsPerRegex = 1_500;
const stepsPerCharacter = 25;
const stepsPerInstruction = 50;
const stepsPerRange = 2;

/** The steps that it takes at most to compile an expression; `Infinity` may come out of repetitions of repetitions. */
export function compilationSteps(pattern: string): number {
  const { size, ranges } = weigh(pattern);
  return (
    stepsPerRegex + stepsPerCharacter * pattern.length + stepsPerInstruction * size + Math.ceil(stepsPerRange * ranges)
  );
}

const nothing: Weight = { size: 0, ranges: 0 };

/** An unfinished group. */
type Group = { size: number; ranges: number; last: Weight };

function weigh(pattern: string): Weight {
  const outer: Group[] = [];
  let group: Group = { ...nothing, last: nothing };
  const add = (weight: Weight): void => {
    group.size += group.last.size;
    group.ranges += group.last.ranges;
    group.last = weight;
  };
  const close = (): Weight => ({ size: group.size + group.last.size + 2, ranges: group.ranges + group.last.ranges });
  for (let at = 0; at < pattern.length;) {
    const token = tokenAt(pattern, at);
    at += token.length;
    if (token.kind === "open") {
      outer.push(group);
      group = { ...nothing, last: nothing };
    } else if (token.kind === "close") {
      const weight = close();
      group = outer.pop() ?? group;
      add(weight);
    } else if (token.kind === "times") {
      const { size, ranges } = group.last;
      group.last = { size: (size + 1) * token.times, ranges: ranges * token.times };
    } else add(token.weight);
  }
  while (outer.length > 0) {
    const weight = close();
    group = outer.pop() ?? group;
    add(weight);
  }
  return close();
}

type Token =
  | { readonly kind: "open"; readonly length: number }
  | { readonly kind: "close"; readonly length: number }
  | { readonly kind: "times"; readonly length: number; readonly times: number }
  | { readonly kind: "atom"; readonly length: number; readonly weight: Weight };

function tokenAt(pattern: string, at: number): Token {
  switch (pattern[at]) {
    case "(":
      return { kind: "open", length: 1 };
    case ")":
      return { kind: "close", length: 1 };
    case "*":
    case "+":
    case "?":
      return { kind: "times", length: 1, times: 1 };
    case "{":
      return repetitionAt(pattern, at) ?? atom(1, 4);
    case "[":
      return classAt(pattern, at);
    case "\\":
      return escapeAt(pattern, at);
    default:
      return atom(1, 4);
  }
}

function atom(length: number, ranges: number): Token {
  return { kind: "atom", length, weight: { size: 1, ranges } };
}

function repetitionAt(pattern: string, at: number): Token | undefined {
  const repetition = /\{(\d{1,9})(?:,(\d{0,9}))?\}/y;
  repetition.lastIndex = at;
  const [text, least, most] = repetition.exec(pattern) ?? [];
  if (text === undefined) return undefined;
  const times = Math.min(Math.max(Number(least), Number(most ?? 0), 1), maxRepetitions);
  return { kind: "times", length: text.length, times };
}

/** A class, whatever is in it: those of Unicode count for what they are, each other character for one range in four cases. */
function classAt(pattern: string, start: number): Token {
  let ranges = 0;
  let at = start + 1;
  if (pattern[at] === "^") at++;
  for (let isFirst = true; at < pattern.length && (isFirst || pattern[at] !== "]"); isFirst = false) {
    const isEscape = pattern[at] === "\\";
    const isNamed = pattern.startsWith("[:", at);
    ranges += isEscape ? escapeRanges(pattern, at) * sortingFactor : isNamed ? 10 : 4;
    at += isEscape ? escapeLength(pattern, at) : 1;
  }
  return atom(at + 1 - start, ranges);
}

/** The ranges in a class are put in order. */
const sortingFactor = 2;

function escapeAt(pattern: string, at: number): Token {
  return atom(escapeLength(pattern, at), escapeRanges(pattern, at));
}

function escapeRanges(pattern: string, at: number): number {
  const letter = pattern[at + 1];
  return letter === "p" || letter === "P" ? unicodeRanges : 10;
}

/** `\p{L}` is one; all other escapes are taken for two characters, and what follows for more of the expression. */
function escapeLength(pattern: string, at: number): number {
  const letter = pattern[at + 1];
  if ((letter !== "p" && letter !== "P") || pattern[at + 2] !== "{") return 2;
  const end = pattern.indexOf("}", at);
  return end === -1 ? 2 : end + 1 - at;
}
