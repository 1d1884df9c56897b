// The scrubber over the events of an execution: one step is one event. Arrow keys step, Page keys leap, Home and End go to
// the first event and to now.
import Button from "@cloudscape-design/components/button";
import { type JournalEvent, isUnlisted } from "@engine/journal/event.ts";
import { useEffect, useRef, useState } from "react";
import { exactTimeText } from "../parts/durations.ts";
import { shownLine } from "../parts/shown-text.ts";
import "./time-travel.css";

interface ScrubberProps {
  readonly events: readonly JournalEvent[];
  /** How many of them are looked at. */
  readonly position: number;
  readonly onPosition: (position: number) => void;
}

export function Scrubber({ events, position, onPosition }: ScrubberProps) {
  const [shown, setShown] = useShown(position, onPosition);
  if (events.length < 2) return null;
  const isPast = shown < events.length;
  const text = eventText(events, shown);
  return (
    <div className={`scrubber${isPast ? " past" : ""}`} role="group" aria-label="Time travel">
      <Button
        iconName="angle-left"
        variant="icon"
        ariaLabel="The event before"
        disabled={shown <= 1}
        onClick={() => setShown(Math.max(1, shown - 1))}
      />
      <input
        type="range"
        min={1}
        max={events.length}
        value={Math.max(1, shown)}
        aria-label="Event of the execution"
        aria-valuetext={text}
        onChange={({ target }) => setShown(Number(target.value))}
      />
      <Button
        iconName="angle-right"
        variant="icon"
        ariaLabel="The next event"
        disabled={!isPast}
        onClick={() => setShown(Math.min(events.length, shown + 1))}
      />
      <span className="scrubber-text numeric">{text}</span>
      {isPast ? <Button onClick={() => setShown(events.length)}>Back to now</Button> : null}
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

/** The thumb follows the hand at once, and the views once a frame; a step is never lost to a view that is behind. */
function useShown(
  position: number,
  onPosition: (position: number) => void,
): readonly [shown: number, show: (position: number) => void] {
  const [shown, setShown] = useState(position);
  const wanted = useRef(position);
  const frame = useRef<number>(undefined);
  useEffect(() => {
    if (frame.current !== undefined) return;
    wanted.current = position;
    setShown(position);
  }, [position]);
  useEffect(() => () => cancelAnimationFrame(frame.current ?? 0), []);
  const show = (to: number): void => {
    wanted.current = to;
    setShown(to);
    frame.current ??= requestAnimationFrame(() => {
      frame.current = undefined;
      onPosition(wanted.current);
    });
  };
  return [shown, show];
}
