// The way of a failure: the states that it came to, from the inside out, with the Retriers and Catchers that named it.
import type { Recovery, StateExplanation } from "@engine/inspection/explain-state.ts";
import { durationText, exactTimeText } from "../parts/durations.ts";
import { Foreign } from "../parts/foreign.tsx";
import { shownLine } from "../parts/shown-text.ts";

export function Recoveries({ explanation }: { readonly explanation: StateExplanation }) {
  const { recoveries, events } = explanation;
  const last = recoveries.at(-1);
  const isDealtWith = last?.catcher !== undefined || last?.retrier?.until !== undefined;
  return (
    <ol className="why-recoveries">
      {recoveries.map((recovery) => (
        <li key={recovery.scope}>
          <b>
            <Foreign text={recovery.failure.error ?? "An error without a name"} />
          </b>{" "}
          came to <Foreign text={recovery.state} />
          <ul>
            <li>{retrierText(recovery, events[0]?.at ?? 0)}</li>
            {recovery.retrier?.until === undefined ? <li>{catcherText(recovery)}</li> : null}
          </ul>
        </li>
      ))}
      {isDealtWith ? null : <li>Nobody dealt with it: the execution failed.</li>}
    </ol>
  );
}

function retrierText({ retrier }: Recovery, at: number): string {
  if (retrier === undefined) return "No Retrier names it.";
  const { position, retrier: definition, attempts, until } = retrier;
  const name = `Retrier ${position + 1} (${shownLine(definition.errorEquals.join(", "), 120)})`;
  if (until === undefined) {
    return definition.maxAttempts === 0
      ? `${name} names it, and says not to try again.`
      : `${name} names it, but has made its ${definition.maxAttempts === 1 ? "one retry" : `${definition.maxAttempts} retries`}.`;
  }
  const retry = `retry ${attempts + 1} of ${definition.maxAttempts}`;
  return `${name} names it: ${retry}, after ${durationText(until - at)}, at ${exactTimeText(until)}.`;
}

function catcherText({ catcher }: Recovery): string {
  if (catcher === undefined) return "No Catcher names it: it went on to the state around.";
  return `Catcher ${catcher.position + 1} names it, and leads to ${shownLine(catcher.next, 80)}.`;
}
