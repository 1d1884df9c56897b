// Finding a text in another in time that grows with the two, and not with their product: the platform's own search is quick,
// but compares a long text anew at every place where that almost fits.
import type { Run } from "./values.ts";

/** Up to here what the platform compares at one place is little. */
const maxPlainLength = 8;

export class TextSearch {
  readonly text: string;
  /** For each length of a beginning that fits, the next shorter one that fits there too (Knuth, Morris and Pratt). */
  readonly #shorter: Int32Array | undefined;

  constructor(text: string, run: Run) {
    this.text = text;
    run.pay(1);
    if (text.length <= maxPlainLength) return;
    run.pay(text.length);
    this.#shorter = shorterFits(text);
  }

  /** The first place at or behind another, -1 for none; pays for the way there. */
  indexIn(subject: string, from: number, run: Run): number {
    if (this.#shorter === undefined) {
      const found = subject.indexOf(this.text, from);
      run.pay(1 + (((found === -1 ? subject.length : found) - from) >> 2));
      return found;
    }
    run.pay(10);
    let fit = 0;
    for (let i = from; i < subject.length; i++) {
      if ((i & 0xff) === 0) run.pay(0x100 >> 1);
      const unit = subject.charCodeAt(i);
      while (fit > 0 && this.text.charCodeAt(fit) !== unit) fit = this.#shorter[fit - 1] ?? 0;
      if (this.text.charCodeAt(fit) === unit) fit += 1;
      if (fit === this.text.length) return i - fit + 1;
    }
    return -1;
  }
}

function shorterFits(text: string): Int32Array {
  const shorter = new Int32Array(text.length);
  let fit = 0;
  for (let i = 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    while (fit > 0 && text.charCodeAt(fit) !== unit) fit = shorter[fit - 1] ?? 0;
    if (text.charCodeAt(fit) === unit) fit += 1;
    shorter[i] = fit;
  }
  return shorter;
}
