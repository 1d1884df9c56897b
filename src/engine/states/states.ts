// The table of the state types: how each of them begins, the first time and every other.
import type { State } from "../../asl/program.ts";
import type { Scope } from "../execution.ts";
import type { Turn } from "../turn.ts";
import { enterChoice } from "./choice.ts";
import { enterFail } from "./fail.ts";
import { startDistributedMap } from "./map-distributed.ts";
import { startInlineMap } from "./map.ts";
import { startParallel } from "./parallel.ts";
import { enterPass } from "./pass.ts";
import { enterSucceed } from "./succeed.ts";
import { scheduleTask } from "./task.ts";
import { enterWait } from "./wait.ts";

export function beginState(turn: Turn, scope: Scope, state: State): void {
  switch (state.type) {
    case "Task":
      return scheduleTask(turn, scope, state);
    case "Pass":
      return enterPass(turn, scope, state);
    case "Wait":
      return enterWait(turn, scope, state);
    case "Choice":
      return enterChoice(turn, scope, state);
    case "Succeed":
      return enterSucceed(turn, scope, state);
    case "Fail":
      return enterFail(turn, scope, state);
    case "Parallel":
      return startParallel(turn, scope, state);
    case "Map":
      return state.mode === "DISTRIBUTED"
        ? startDistributedMap(turn, scope, state)
        : startInlineMap(turn, scope, state);
  }
}
