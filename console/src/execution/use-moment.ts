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
  const [written, setWritten] = useState(at);
  if (known !== at) {
    setKnown(at);
    // It was changed from elsewhere, by going back for instance; what was written here the scrubber may have left again.
    if (at !== written) setMoment(at);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const travelTo = useCallback(
    (to: number | undefined): void => {
      setMoment(to);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        setWritten(to);
        select({ at: to }, false);
      }, restMs);
    },
    [select],
  );
  return [moment, travelTo];
}
