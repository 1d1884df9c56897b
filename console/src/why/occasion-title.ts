// The moments of a visit in words.
import type { Occasion } from "@engine/inspection/visits.ts";
import { exactTimeText } from "../parts/durations.ts";
import type { VisitState } from "@engine/inspection/visit-state.ts";

export function occasionTitle({ outcome, at, scope }: Occasion, visit: VisitState): string {
  const time = exactTimeText(at);
  if (scope !== visit.scope.id) return `A state within failed, ${time}`;
  switch (outcome?.kind) {
    case undefined:
      return at === visit.enteredAt ? `When it was entered, ${time}` : `When it went on, ${time}`;
    case "TaskTimedOut":
      return `When its task timed out, ${time}`;
    case "TaskFailed":
    case "TaskSubmitFailed":
      return `When its task failed, ${time}`;
    default:
      return `When its result came, ${time}`;
  }
}
