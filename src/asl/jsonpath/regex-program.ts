// Runs what re2js makes of a regular expression, because every instruction is paid for, as it is visited: all ways through
// the expression at once, from the first character to the last, so that no text takes longer than its length times the
// size of the program.
import type { RE2JS } from "re2js";
import type { Work } from "../work.ts";

/** An instruction of re2js. */
type Instruction = {
  readonly op: number;
  /** The next instruction. */
  readonly out: number;
  /** The other next instruction of a fork, or what an assertion asks for. */
  readonly arg: number;
  matchRune(codePoint: number): boolean;
};

type Program = { readonly inst: readonly Instruction[]; readonly start: number };

/** The operations of re2js. Its class of instructions is not exported; a test compares what comes out. */
const [fork, forkMatch, capture, assertion, match, noOperation] = [1, 2, 3, 4, 6, 7];
const [rune, rune1, anyRune, anyRuneButNewLine] = [8, 9, 10, 11];

const newLine = 10;
const [beginLine, endLine, beginText, endText, wordBoundary, noWordBoundary] = [1, 2, 4, 8, 16, 32];

/** Whether an expression matches all of a text. */
export type MatchesAll = (text: string, work: Work) => boolean;

export function runProgram(compiled: RE2JS): MatchesAll {
  const runner = new Runner(compiled.re2Input.prog);
  return (text, work) => runner.matches(text, work);
}

/** Runs one program through one text after the other. */
class Runner {
  readonly #program: Program;
  /** For each instruction, the place at which it was last come to. */
  readonly #visitedAt: Float64Array;
  /** Counts the places of all texts. */
  #place = 0;
  /** The instructions that look at the next character, and how many. */
  #waiting: Int32Array;
  #waitingCount = 0;
  /** Those that will look at the character after that. */
  #coming: Int32Array;
  #comingCount = 0;
  /** Each instruction visited leaves two others at most. */
  readonly #ahead: Int32Array;
  #isMatch = false;

  constructor(program: Program) {
    const { length } = program.inst;
    this.#program = program;
    this.#visitedAt = new Float64Array(length);
    this.#waiting = new Int32Array(length);
    this.#coming = new Int32Array(length);
    this.#ahead = new Int32Array(2 * length + 1);
  }

  matches(text: string, work: Work): boolean {
    work.pay(stepsPerText);
    let next = text.codePointAt(0) ?? -1;
    this.#comingCount = 0;
    this.#arrive();
    work.pay(this.#visit(this.#program.start, contextOf(-1, next)));
    for (let at = 0; at < text.length;) {
      const codePoint = next;
      at += codePoint > 0xffff ? 2 : 1;
      next = text.codePointAt(at) ?? -1;
      this.#arrive();
      if (this.#waitingCount === 0) return false;
      this.#step(codePoint, contextOf(codePoint, next), work);
    }
    return this.#isMatch;
  }

  /** At the next place of a text. */
  #arrive(): void {
    this.#place++;
    this.#isMatch = false;
    const arrived = this.#coming;
    this.#coming = this.#waiting;
    this.#waiting = arrived;
    this.#waitingCount = this.#comingCount;
    this.#comingCount = 0;
  }

  #step(codePoint: number, context: number, work: Work): void {
    const { inst } = this.#program;
    let visited = 1 + this.#waitingCount;
    for (let i = 0; i < this.#waitingCount; i++) {
      const instruction = inst[this.#waiting[i] ?? 0];
      if (instruction !== undefined && accepts(instruction, codePoint)) {
        visited += this.#visit(instruction.out, context);
      }
    }
    work.pay(visited);
  }

  /** Comes to an instruction and to all that follow without a character in between. @returns how many are new */
  #visit(start: number, context: number): number {
    const ahead = this.#ahead;
    const visitedAt = this.#visitedAt;
    const { inst } = this.#program;
    const place = this.#place;
    let visited = 0;
    let count = 1;
    ahead[0] = start;
    while (count > 0) {
      const at = ahead[--count] ?? 0;
      const instruction = inst[at];
      if (instruction === undefined || visitedAt[at] === place) continue;
      visitedAt[at] = place;
      visited++;
      switch (instruction.op) {
        case fork:
        case forkMatch:
          ahead[count++] = instruction.arg;
          ahead[count++] = instruction.out;
          break;
        case capture:
        case noOperation:
          ahead[count++] = instruction.out;
          break;
        case assertion:
          if ((instruction.arg & ~context) === 0) ahead[count++] = instruction.out;
          break;
        case match:
          this.#isMatch = true;
          break;
        case rune:
        case rune1:
        case anyRune:
        case anyRuneButNewLine:
          this.#coming[this.#comingCount++] = at;
      }
    }
    return visited;
  }
}

/** Measured. */
const stepsPerText = 10;

function accepts(instruction: Instruction, codePoint: number): boolean {
  if (instruction.op === anyRune) return true;
  return instruction.op === anyRuneButNewLine ? codePoint !== newLine : instruction.matchRune(codePoint);
}

/** The assertions that hold between two characters; -1 is none. */
function contextOf(before: number, next: number): number {
  let context = isWord(before) === isWord(next) ? noWordBoundary : wordBoundary;
  if (before === -1) context |= beginText | beginLine;
  else if (before === newLine) context |= beginLine;
  if (next === -1) context |= endText | endLine;
  else if (next === newLine) context |= endLine;
  return context;
}

function isWord(codePoint: number): boolean {
  return (
    (codePoint >= 0x61 && codePoint <= 0x7a) ||
    (codePoint >= 0x41 && codePoint <= 0x5a) ||
    (codePoint >= 0x30 && codePoint <= 0x39) ||
    codePoint === 0x5f
  );
}
