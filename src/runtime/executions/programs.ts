// Prepared definitions, one per revision: parsed once, shared by every execution that is pinned to it.
import { parseProgram } from "../../asl/parse-program.ts";
import type { Program } from "../../asl/program.ts";
import type { RevisionRecord } from "../../store/catalogue.ts";

const capacity = 1_000;

export class Programs {
  readonly #programs = new Map<number, Program>();

  /** @throws DefinitionError for a definition that cannot be run. */
  of(revision: RevisionRecord): Program {
    const known = this.#programs.get(revision.id);
    if (known !== undefined) return known;
    const program = parseProgram(revision.definition);
    if (this.#programs.size >= capacity) this.#dropOldest();
    this.#programs.set(revision.id, program);
    return program;
  }

  #dropOldest(): void {
    for (const id of this.#programs.keys()) {
      this.#programs.delete(id);
      return;
    }
  }
}
