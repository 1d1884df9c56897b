// Prepared definitions, one per revision, shared by every execution that is pinned to it. Those that have not been used for
// the longest time are let go where they are too many, or too large in all.
import { parseProgram } from "../../asl/parse-program.ts";
import type { Program } from "../../asl/program.ts";
import type { RevisionRecord } from "../../store/catalogue.ts";

export interface ProgramsOptions {
  readonly mostPrograms: number;
  /** Characters of their definitions; a program takes some ten times as many bytes. */
  readonly mostCharacters: number;
}

interface Kept {
  readonly program: Program;
  readonly characters: number;
}

export class Programs {
  readonly #options: ProgramsOptions;
  /** Those used last stand last. */
  readonly #kept = new Map<number, Kept>();
  #characters = 0;

  constructor(options: ProgramsOptions = { mostPrograms: 1_000, mostCharacters: 32 * 1024 * 1024 }) {
    this.#options = options;
  }

  /** @throws DefinitionError for a definition that cannot be run. */
  of({ id, definition }: Pick<RevisionRecord, "id" | "definition">): Program {
    const known = this.#kept.get(id);
    if (known !== undefined) {
      this.#kept.delete(id);
      this.#kept.set(id, known);
      return known.program;
    }
    const program = parseProgram(definition);
    this.#kept.set(id, { program, characters: definition.length });
    this.#characters += definition.length;
    this.#letGo();
    return program;
  }

  /** The one used last stays, however large it is. */
  #letGo(): void {
    const { mostPrograms, mostCharacters } = this.#options;
    for (const [id, { characters }] of this.#kept) {
      const isTooMuch = this.#kept.size > mostPrograms || this.#characters > mostCharacters;
      if (!isTooMuch || this.#kept.size === 1) return;
      this.#kept.delete(id);
      this.#characters -= characters;
    }
  }
}
