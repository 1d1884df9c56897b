// The moment of the past that is looked at: for the views at once, and in the address as soon as the scrubber rests.
import { useCallback, useEffect, useRef, useState } from "react";
import { useSelect, useSelection } from "./selection.ts";

const restMs = 300;

/** The count of events that are looked at, `undefined` for all of them, and a way to change it. */
export function useMoment(): readonly [at: number | undefined, travelTo: (at: number | undefined) => void] {
  const { at } = useSelection();
  const select = useSelect();
  const [moment, setMoment] = useState(at);
  const [known, setKnown] = useState(at);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The address was changed from elsewhere, by going back for instance.
  if (known !== at) {
    setKnown(at);
    setMoment(at);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const travelTo = useCallback(
    (to: number | undefined): void => {
      setMoment(to);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => select({ at: to }, false), restMs);
    },
    [select],
  );
  return [moment, travelTo];
}
