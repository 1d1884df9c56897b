// Prepared definitions, one per revision, shared by every execution that is pinned to it.
import { parseProgram } from "../../asl/parse-program.ts";
import type { MapState, Program, StateScope } from "../../asl/program.ts";
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

  /** The program of the children of a Map Run. @throws DefinitionError */
  ofChildren(revision: Pick<RevisionRecord, "id" | "definition">, mapStateName: string): Program {
    return childProgram(this.of(revision), mapStateName);
  }
}

/** Found before: a child begins as often as there are items. */
const processors = new WeakMap<Program, Map<string, Program>>();

/** The item processor of a Map, which is found by its name: no two states of a definition have the same. */
export function childProgram(program: Program, mapStateName: string): Program {
  const known = processors.get(program) ?? new Map<string, Program>();
  processors.set(program, known);
  const processor = known.get(mapStateName) ?? findMap(program, mapStateName)?.processor;
  if (processor === undefined) throw new Error(`The definition has no Map state ${mapStateName}.`);
  known.set(mapStateName, processor);
  return processor;
}

function findMap({ states }: StateScope, name: string): MapState | undefined {
  for (const state of states.values()) {
    if (state.type === "Map" && state.name === name) return state;
    const below = state.type === "Map" ? [state.processor] : state.type === "Parallel" ? state.branches : [];
    for (const scope of below) {
      const found = findMap(scope, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
