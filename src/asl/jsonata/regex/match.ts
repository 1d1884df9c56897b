// Regular expressions, second half: a program and a matcher that tries what JavaScript tries, in the same order, but never
// the same choice at the same place twice, so that time is linear in the text (times the pattern) where the platform's
// engine is exponential. A choice that failed once fails again, except under a back reference: those patterns pay for
// every step from the evaluation's budget instead. Own engine rather than RE2: matches, groups and character classes are
// JavaScript's exactly, look-arounds and back references included, and its steps can be charged.
import { exceed, fail } from "../failures.ts";
import { type CharTest, isLineEnd, isWordCode, parseRegex, type RegexNode } from "./parse.ts";
import type { Payer, Regex, RegexMatch, Run } from "../values.ts";

type Instruction =
  | { readonly op: "char"; readonly test: CharTest }
  | { readonly op: "split"; readonly choice: number; first: number; second: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "forget"; readonly from: number; readonly to: number }
  | { readonly op: "assert"; readonly kind: "start" | "end" | "boundary" | "inside" }
  | { readonly op: "look"; readonly isBehind: boolean; readonly isNegative: boolean; end: number }
  | { readonly op: "back"; readonly index: number }
  | { readonly op: "match" };

const maxInstructions = 20_000;
const maxVisitedBits = 2 ** 27;

type Program = {
  readonly code: readonly Instruction[];
  readonly choices: number;
  readonly slots: number;
  readonly isMultiline: boolean;
  readonly hasBackReference: boolean;
};

/** Measured. */
const [stepsPerRegex, stepsPerCharacter, stepsPerInstruction] = [50, 25, 4];

/** @throws JsonataFailure S0303 for what is not supported, or too large when its counts are written out */
export function compileRegex(source: string, flags: string, payer: Payer): Regex {
  payer.pay(stepsPerRegex + stepsPerCharacter * source.length);
  const { root, groups } = parseRegex(source, { ignoreCase: flags.includes("i") });
  const assembler = new Assembler(source, payer);
  assembler.emit(root);
  assembler.push({ op: "match" });
  const program: Program = {
    code: assembler.code,
    choices: assembler.choices,
    slots: 2 * (groups + 1),
    isMultiline: flags.includes("m"),
    hasBackReference: assembler.code.some(({ op }) => op === "back"),
  };
  return { source, exec: (text, from, run) => new Matcher(program, text, run).search(from) };
}

class Assembler {
  readonly code: Instruction[] = [];
  choices = 0;
  readonly #source: string;
  readonly #payer: Payer;

  constructor(source: string, payer: Payer) {
    this.#source = source;
    this.#payer = payer;
  }

  push(instruction: Instruction): void {
    this.#payer.pay(stepsPerInstruction);
    if (this.code.length >= maxInstructions) fail("S0303", { message: this.#source });
    this.code.push(instruction);
  }

  emit(node: RegexNode): void {
    switch (node.type) {
      case "char":
        return this.push({ op: "char", test: node.test });
      case "assert":
        return this.push({ op: "assert", kind: node.kind });
      case "back":
        return this.push({ op: "back", index: node.index });
      case "sequence":
        for (const item of node.items) this.emit(item);
        return;
      case "group":
        this.push({ op: "save", slot: 2 * node.index });
        this.emit(node.body);
        return this.push({ op: "save", slot: 2 * node.index + 1 });
      case "choice":
        return this.#emitChoice(node.options);
      case "look":
        return this.#emitLook(node);
      case "repeat":
        return this.#emitRepeat(node);
    }
  }

  #split(): { readonly op: "split"; readonly choice: number; first: number; second: number } {
    const split = { op: "split" as const, choice: this.choices, first: 0, second: 0 };
    this.choices += 1;
    this.push(split);
    return split;
  }

  #emitChoice(options: readonly RegexNode[]): void {
    const ends: { readonly op: "jump"; to: number }[] = [];
    options.forEach((option, i) => {
      if (i === options.length - 1) return this.emit(option);
      const split = this.#split();
      split.first = this.code.length;
      this.emit(option);
      const jump = { op: "jump" as const, to: 0 };
      ends.push(jump);
      this.push(jump);
      split.second = this.code.length;
    });
    for (const jump of ends) jump.to = this.code.length;
  }

  #emitLook(node: RegexNode & { readonly type: "look" }): void {
    const look = { op: "look" as const, isBehind: node.isBehind, isNegative: node.isNegative, end: 0 };
    this.push(look);
    this.emit(node.body);
    this.push({ op: "match" });
    look.end = this.code.length;
  }

  #emitRepeat(node: RegexNode & { readonly type: "repeat" }): void {
    const body = (): void => {
      if (node.lastGroup >= node.firstGroup) {
        this.push({ op: "forget", from: 2 * node.firstGroup, to: 2 * node.lastGroup + 1 });
      }
      this.emit(node.body);
    };
    const setTargets = (split: { first: number; second: number }, inside: number, outside: number): void => {
      [split.first, split.second] = node.isLazy ? [outside, inside] : [inside, outside];
    };
    for (let i = 0; i < node.min; i++) body();
    if (node.max === Number.POSITIVE_INFINITY) {
      const start = this.code.length;
      const split = this.#split();
      body();
      this.push({ op: "jump", to: start });
      setTargets(split, start + 1, this.code.length);
      return;
    }
    const splits: { readonly split: { first: number; second: number }; readonly inside: number }[] = [];
    for (let i = node.min; i < node.max; i++) {
      const split = this.#split();
      splits.push({ split, inside: this.code.length });
      body();
    }
    for (const { split, inside } of splits) setTargets(split, inside, this.code.length);
  }
}

/** Remembers which choices were tried where: one bit for each choice and position. */
class Visited {
  readonly #bits: Uint32Array;

  constructor(size: number, run: Run) {
    if (size > maxVisitedBits) exceed("time");
    run.pay(size >> 10);
    this.#bits = new Uint32Array((size >> 5) + 1);
  }

  /** Whether this is the first visit. */
  enter(index: number): boolean {
    const word = this.#bits[index >> 5] ?? 0;
    const bit = 1 << (index & 31);
    if ((word & bit) !== 0) return false;
    this.#bits[index >> 5] = word | bit;
    return true;
  }
}

/** The place to take up again when a path fails: an instruction at a position, or a slot's former content. */
type Resume = { readonly pc: number; readonly position: number; readonly slot: number };

/** Measured. */
const [stepsPerMatcher, stepsPerStart, stepsPerLook] = [20, 2, 10];

class Matcher {
  readonly #program: Program;
  readonly #text: string;
  readonly #run: Run;
  readonly #saved: number[];

  constructor(program: Program, text: string, run: Run) {
    this.#program = program;
    this.#text = text;
    this.#run = run;
    run.pay(stepsPerMatcher + program.slots);
    this.#saved = [];
    for (let slot = 0; slot < program.slots; slot++) this.#saved.push(-1);
  }

  search(from: number): RegexMatch | undefined {
    const visited = this.#newVisited();
    const cost = stepsPerStart + (this.#program.slots >> 2);
    for (let start = from; start <= this.#text.length; start++) {
      this.#run.pay(cost);
      this.#saved.fill(-1);
      const end = this.#match(0, start, visited);
      if (end !== undefined) return this.#matchOf(start, end);
    }
    return undefined;
  }

  #newVisited(): Visited | undefined {
    const { choices, hasBackReference } = this.#program;
    return choices === 0 || hasBackReference ? undefined : new Visited(choices * (this.#text.length + 1), this.#run);
  }

  #matchOf(start: number, end: number): RegexMatch {
    this.#run.pay(this.#program.slots);
    const groups: (string | undefined)[] = [];
    for (let slot = 2; slot < this.#program.slots; slot += 2) {
      const [from, to] = [this.#saved[slot] ?? -1, this.#saved[slot + 1] ?? -1];
      groups.push(from < 0 || to < 0 ? undefined : this.#text.slice(from, to));
    }
    return { start, end, match: this.#text.slice(start, end), groups };
  }

  /** Runs the program from an instruction to its `match`: the position there, or nothing. `mustEnd` is for look-behind. */
  #match(startPc: number, startPosition: number, visited: Visited | undefined, mustEnd?: number): number | undefined {
    const { code } = this.#program;
    const length = this.#text.length + 1;
    const stack: Resume[] = [];
    let pc = startPc;
    let position = startPosition;
    for (;;) {
      this.#run.pay(visited === undefined ? 2 + (stack.length >> 3) : 1);
      const step = code[pc];
      if (step === undefined) return undefined;
      let next: number | undefined;
      if (step.op === "match") {
        if (mustEnd === undefined || position === mustEnd) return position;
      } else if (step.op === "char") {
        if (position < length - 1 && step.test(this.#text.charCodeAt(position))) {
          next = pc + 1;
          position += 1;
        }
      } else if (step.op === "split") {
        if (visited === undefined ? !isRepeated(stack, pc, position) : visited.enter(step.choice * length + position)) {
          stack.push({ pc: step.second, position, slot: visited === undefined ? -2 - pc : -1 });
          next = step.first;
        }
      } else if (step.op === "save") {
        this.#save(step.slot, position, stack);
        next = pc + 1;
      } else if (step.op === "forget") {
        this.#run.pay(step.to - step.from);
        for (let slot = step.from; slot <= step.to; slot++) this.#save(slot, -1, stack);
        next = pc + 1;
      } else if (step.op === "jump") {
        next = step.to;
      } else if (step.op === "back") {
        const referred = this.#referred(step.index);
        this.#run.payString(referred.length);
        if (this.#text.startsWith(referred, position)) {
          next = pc + 1;
          position += referred.length;
        }
      } else if (step.op === "look") {
        if (this.#look(pc, position, step, stack)) next = step.end;
      } else if (this.#holds(step.kind, position)) {
        next = pc + 1;
      }
      if (next === undefined) {
        const resume = this.#unwind(stack);
        if (resume === undefined) return undefined;
        ({ pc, position } = resume);
      } else {
        pc = next;
      }
    }
  }

  /** Goes back to the last open choice, restoring what groups held then. */
  #unwind(stack: Resume[]): Resume | undefined {
    for (let resume = stack.pop(); resume !== undefined; resume = stack.pop()) {
      if (resume.slot < 0) return resume;
      this.#saved[resume.slot] = resume.position;
    }
    return undefined;
  }

  #save(slot: number, position: number, stack: Resume[]): void {
    stack.push({ pc: 0, position: this.#saved[slot] ?? -1, slot });
    this.#saved[slot] = position;
  }

  #referred(index: number): string {
    const [from, to] = [this.#saved[2 * index] ?? -1, this.#saved[2 * index + 1] ?? -1];
    return from < 0 || to < 0 ? "" : this.#text.slice(from, to);
  }

  #look(pc: number, position: number, look: Instruction & { readonly op: "look" }, stack: Resume[]): boolean {
    this.#run.pay(stepsPerLook + 2 * this.#program.slots);
    const before = [...this.#saved];
    const visited = this.#newVisited();
    let isFound = false;
    if (look.isBehind) {
      for (let start = position; start >= 0 && !isFound; start--) {
        isFound = this.#match(pc + 1, start, undefined, position) !== undefined;
      }
    } else {
      isFound = this.#match(pc + 1, position, visited) !== undefined;
    }
    const after = [...this.#saved];
    before.forEach((saved, slot) => (this.#saved[slot] = saved));
    if (isFound && !look.isNegative) {
      after.forEach((saved, slot) => {
        if (saved !== before[slot]) this.#save(slot, saved, stack);
      });
    }
    return isFound !== look.isNegative;
  }

  #holds(kind: "start" | "end" | "boundary" | "inside", position: number): boolean {
    const text = this.#text;
    if (kind === "start") {
      return position === 0 || (this.#program.isMultiline && isLineEnd(text.charCodeAt(position - 1)));
    }
    if (kind === "end") {
      return position === text.length || (this.#program.isMultiline && isLineEnd(text.charCodeAt(position)));
    }
    const isBoundary = isWordCode(text.charCodeAt(position - 1)) !== isWordCode(text.charCodeAt(position));
    return isBoundary === (kind === "boundary");
  }
}

/** Without the memory of visits: a loop that came round without moving on is not entered again. */
function isRepeated(stack: readonly Resume[], pc: number, position: number): boolean {
  for (let i = stack.length - 1; i >= 0; i--) {
    const resume = stack[i];
    if (resume === undefined || resume.position < position) continue;
    if (resume.slot === -2 - pc && resume.position === position) return true;
  }
  return false;
}
