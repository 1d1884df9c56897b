// The scrubber over the events of an execution: one step is one event. Arrow keys step, Page keys leap, Home and End go to
// the first event and to now.
import Button from "@cloudscape-design/components/button";
import { type JournalEvent, isUnlisted } from "@engine/journal/event.ts";
import { useRun } from "../execution/run.tsx";
import { exactTimeText } from "../parts/durations.ts";
import { shownLine } from "../parts/shown-text.ts";
import "./time-travel.css";

export function Scrubber() {
  const { events, position, travelTo: onPosition } = useRun();
  if (events.length < 2) return null;
  const isPast = position < events.length;
  const text = eventText(events, position);
  return (
    <div className={`scrubber${isPast ? " past" : ""}`} role="group" aria-label="Time travel">
      <Button
        iconName="angle-left"
        variant="icon"
        ariaLabel="The event before"
        disabled={position <= 1}
        onClick={() => onPosition(Math.max(1, position - 1))}
      />
      <input
        type="range"
        min={1}
        max={events.length}
        value={Math.max(1, position)}
        aria-label="Event of the execution"
        aria-valuetext={text}
        onChange={({ target }) => onPosition(Number(target.value))}
      />
      <Button
        iconName="angle-right"
        variant="icon"
        ariaLabel="The next event"
        disabled={!isPast}
        onClick={() => onPosition(Math.min(events.length, position + 1))}
      />
      <span className="scrubber-text numeric">{text}</span>
      {isPast ? <Button onClick={() => onPosition(events.length)}>Back to now</Button> : null}
    </div>
  );
}

function eventText(events: readonly JournalEvent[], position: number): string {
  const event = events[position - 1];
  if (event === undefined) return "";
  const name = "name" in event ? ` ${shownLine(event.name, 40)}` : "";
  const id = isUnlisted(event) ? "" : `#${event.id} `;
  return `${position.toLocaleString()} of ${events.length.toLocaleString()}: ${id}${event.kind}${name}, ${exactTimeText(event.at)}`;
}
