// Paying for checks: what cannot be afforded is a finding like any other, at the field where it shows.
import { mostPartSteps } from "../definition-work.ts";
import { Work, WorkExceeded } from "../work.ts";
import { type Place, report } from "./place.ts";

/** Thrown where checking ends early; the reason has been reported. */
export class CheckingEnded extends Error {
  override readonly name = "CheckingEnded";
}

const tooCostly = "TOO_COSTLY";

/**
 * Pays for a look at a value, and says whether it is time to pause.
 * @throws CheckingEnded
 */
export function isPauseDueAfter(steps: number, place: Place): boolean {
  pay(steps, place);
  return place.effort.isPauseDue();
}

/** @throws CheckingEnded */
export function pay(steps: number, place: Place): void {
  try {
    place.effort.definition.pay(steps);
  } catch (error) {
    if (!(error instanceof WorkExceeded)) throw error;
    const advice = "make its expressions, paths and patterns simpler, or split it into several state machines";
    report(place, tooCostly, `To check the definition up to here takes more work than is allowed: ${advice}`);
    throw new CheckingEnded(tooCostly, { cause: error });
  }
}

/**
 * Compiles a part of the state around; gives `undefined` where the state needs more work than it may, which is reported once.
 * @throws CheckingEnded
 */
export function compiled<Result>(compile: (work: Work) => Result, place: Place): Result | undefined {
  const { effort } = place;
  if (effort.stateLeft <= 0) return undefined;
  const most = Math.min(mostPartSteps, effort.stateLeft);
  const work = new Work({ steps: most });
  try {
    return compile(work);
  } catch (error) {
    if (!(error instanceof WorkExceeded)) throw error;
    report(place, tooCostly, most < mostPartSteps ? stateTooCostly : partTooCostly);
    return undefined;
  } finally {
    const done = Math.min(work.spent, most);
    effort.stateLeft -= done;
    pay(done, place);
  }
}

const partTooCostly = "The field takes too much work to compile: make it simpler";
const stateTooCostly =
  "The expressions, paths and patterns of the state up to here take too much work to compile: " +
  "make them simpler, or spread them over several states";
