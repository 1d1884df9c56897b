// Prepared definitions, one per revision, shared by every execution that is pinned to it.
import { parseProgram } from "../../asl/parse-program.ts";
import type { Program } from "../../asl/program.ts";
import type { RevisionRecord } from "../../store/catalogue.ts";
import { RecentlyUsed } from "../recently-used.ts";

/** Measured: of the JSON that is kept, and of what a step of work compiles. */
const [bytesPerCharacter, bytesPerStep] = [10, 7];
const mostBytes = 256 * 1024 * 1024;

export class Programs {
  readonly #kept: RecentlyUsed<Program>;

  constructor(mostWeight = mostBytes) {
    this.#kept = new RecentlyUsed<Program>({ mostEntries: 1_000, mostWeight });
  }

  /** @throws DefinitionError for a definition that cannot be run. */
  of({ id, definition }: Pick<RevisionRecord, "id" | "definition">): Program {
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const program = parseProgram(definition, (steps) => this.#kept.grow(id, program, steps * bytesPerStep));
    this.#kept.add(id, program, definition.length * bytesPerCharacter);
    return program;
  }
}
