// The data that the open scopes of an execution hold: Maps within Maps multiply them. They are measured once in a turn, and
// what is opened after that is added: a look at all scopes for every new one would cost their square.
import type { Payload } from "../asl/payload.ts";
import type { FoldedExecution } from "./execution.ts";

/** Beyond this each Map goes on with one iteration at a time. */
const mostCharacters = 32 * 1024 * 1024;
const fewScopes = 64;

export class HeldData {
  readonly #execution: Pick<FoldedExecution, "scopes">;
  #characters: number | undefined;

  constructor(execution: Pick<FoldedExecution, "scopes">) {
    this.#execution = execution;
  }

  /** Whether they take much memory. */
  get isMuch(): boolean {
    if (this.#execution.scopes.size < fewScopes) return false;
    return (this.#characters ??= this.#measure()) > mostCharacters;
  }

  /** A scope has been opened with these. */
  add({ text }: Payload): void {
    if (this.#characters !== undefined) this.#characters += text.length;
  }

  #measure(): number {
    const held = new Set<Payload>();
    let characters = 0;
    for (const { data } of this.#execution.scopes.values()) {
      if (held.has(data)) continue;
      held.add(data);
      characters += data.text.length;
      if (characters > mostCharacters) break;
    }
    return characters;
  }
}
