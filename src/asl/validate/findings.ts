// The findings of a definition in their order. A hostile definition finds an end: more are not kept than anyone reads.
import type { Diagnostic } from "./diagnostic.ts";

/** AWS answers with 100 at most. */
const mostFindings = 1000;
/** A finding shows names and texts of the definition, and its location all the names around. */
const mostCharacters = 1 << 20;

export class Findings {
  readonly #list: Diagnostic[] = [];
  #characters = 0;

  add(finding: Diagnostic): void {
    const { message, location = "" } = finding;
    if (this.#list.length >= mostFindings || this.#characters >= mostCharacters) return;
    this.#characters += message.length + location.length;
    this.#list.push(finding);
  }

  get list(): readonly Diagnostic[] {
    return this.#list;
  }

  /** How many there are so far, to be given to `hasErrorSince`. */
  get count(): number {
    return this.#list.length;
  }

  hasErrorSince(count: number): boolean {
    return this.#list.slice(count).some(({ severity }) => severity === "ERROR");
  }
}
