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
  const program: Program = compiled.re2Input.prog;
  return (text, work) => new Run(program, text, work).matches();
}

/** One text run through one program. */
class Run {
  readonly #program: Program;
  readonly #text: string;
  readonly #work: Work;
  /** For each instruction, the place of the text at which it was last come to, plus one. */
  readonly #visitedAt: Int32Array;
  readonly #forks: number[] = [];
  /** The instructions that look at the next character. */
  #waiting: number[] = [];
  #isMatch = false;

  constructor(program: Program, text: string, work: Work) {
    work.pay(1 + (program.inst.length >> 4));
    this.#program = program;
    this.#text = text;
    this.#work = work;
    this.#visitedAt = new Int32Array(program.inst.length);
  }

  matches(): boolean {
    const text = this.#text;
    let next = text.codePointAt(0) ?? -1;
    this.#visit(this.#program.start, 0, contextOf(-1, next));
    for (let at = 0; at < text.length;) {
      const codePoint = next;
      at += codePoint > 0xffff ? 2 : 1;
      next = text.codePointAt(at) ?? -1;
      this.#step(codePoint, at, next);
      if (this.#waiting.length === 0 && at < text.length) return false;
    }
    return this.#isMatch;
  }

  #step(codePoint: number, at: number, next: number): void {
    const { inst } = this.#program;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isMatch = false;
    this.#work.pay(1 + waiting.length);
    const context = contextOf(codePoint, next);
    for (const place of waiting) {
      const instruction = inst[place];
      if (instruction !== undefined && accepts(instruction, codePoint)) this.#visit(instruction.out, at, context);
    }
  }

  /** Comes to an instruction and to all that follow without a character in between. */
  #visit(start: number, at: number, context: number): void {
    const forks = this.#forks;
    forks.push(start);
    let visited = 0;
    for (let place = forks.pop(); place !== undefined; place = forks.pop()) {
      const instruction = this.#program.inst[place];
      if (instruction === undefined || this.#visitedAt[place] === at + 1) continue;
      this.#visitedAt[place] = at + 1;
      visited++;
      switch (instruction.op) {
        case fork:
        case forkMatch:
          forks.push(instruction.arg, instruction.out);
          break;
        case capture:
        case noOperation:
          forks.push(instruction.out);
          break;
        case assertion:
          if ((instruction.arg & ~context) === 0) forks.push(instruction.out);
          break;
        case match:
          this.#isMatch = true;
          break;
        case rune:
        case rune1:
        case anyRune:
        case anyRuneButNewLine:
          this.#waiting.push(place);
      }
    }
    this.#work.pay(visited);
  }
}

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
