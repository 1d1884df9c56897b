// The parts that runtimes of one process share: there is one memory, and one cache of what costs memory.
import type { Journal } from "../store/journal.ts";
import { Programs } from "./executions/programs.ts";
import { RecentEnds } from "./executions/recent-ends.ts";
import { TurnSlice } from "./executions/turn-slice.ts";
import { MemoryBudget, type MemoryBudgetOptions } from "./memory-budget.ts";

export interface SharedParts {
  readonly programs: Programs;
  readonly memory: MemoryBudget;
  readonly ends: RecentEnds;
  readonly slice: TurnSlice;
}

export interface SharedPartsOptions extends MemoryBudgetOptions {
  readonly journal: Pick<Journal, "readEvents">;
}

export function createSharedParts(options: SharedPartsOptions): SharedParts {
  return {
    programs: new Programs(),
    memory: new MemoryBudget(options),
    ends: new RecentEnds(options),
    slice: new TurnSlice(options.elapsed),
  };
}
