// The troubles that explain why a function is called twice for one attempt: the call was in flight when its node, or the
// database, was in trouble.
import type { Explanation, Made } from "../kill/ledger.ts";
import type { Trouble } from "./nodes.ts";

/** Longer than any call of the world takes until its outcome is durable, on a busy machine. */
const inFlightMs = 5_000;
/** A command that its server had begun runs on when that is killed, and is noted a moment later. */
const notedMs = 500;

export function explainedBy(troubles: readonly Trouble[]): Explanation {
  return ([before, made]) => troubles.some((trouble) => explains(trouble, before, made));
}

function explains({ kind, life, from, to }: Trouble, before: Made, made: Made): boolean {
  // One that has been resumed may make late what it was about to make.
  const isBetween = from <= made.at && to + notedMs >= before.at;
  const isInFlight = from - before.at <= inFlightMs || (kind === "pause" && Math.abs(made.at - to) <= inFlightMs);
  if (!isBetween || !isInFlight) return false;
  return life === undefined ? kind === "database" || isGivenOver(before) : isOf(life, before, made);
}

/** Tasks of activities are handed out by any node, whoever has the execution. */
function isOf(life: number, before: Made, made: Made): boolean {
  return life === before.life || life === made.life || machineOf(before) === "activity";
}

/** An Express execution has no history: whoever takes it over begins it again. */
function isGivenOver(made: Made): boolean {
  return machineOf(made)?.startsWith("express") === true;
}

function machineOf({ execution }: Made): string | undefined {
  return /:(?:execution|express):([^:]+):/.exec(execution)?.[1];
}

/** Longer than the functions of the world take to answer: a call that began so lately was in flight. */
const underWayMs = 300;

/** The first call of another life for an attempt that a killed one was at work on. */
export function resumedBy(kill: Trouble, attempts: ReadonlyMap<string, readonly Made[]>): Made | undefined {
  const again = [...attempts.values()]
    .filter((calls) => calls.some((made) => wasUnderWay(made, kill)))
    .map((calls) => calls.find(({ life, at }) => life !== kill.life && at > kill.from))
    .filter((made) => made !== undefined);
  return again.toSorted((a, b) => a.at - b.at)[0];
}

/** Tasks of activities are no calls of the dead life, and what is Express is begun anew for other reasons too. */
function wasUnderWay(made: Made, { life, from }: Trouble): boolean {
  return made.life === life && from - made.at <= underWayMs && machineOf(made) !== "activity" && !isGivenOver(made);
}
