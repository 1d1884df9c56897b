// A duration that goes on counting while there is no end.
import { useEffect, useState } from "react";
import { durationText } from "./durations.ts";

export function Duration({ from, to }: { readonly from: number; readonly to?: number | undefined }) {
  const now = useNow(to === undefined);
  return <span className="numeric">{durationText((to ?? now) - from)}</span>;
}

/** The time, each second while it is asked for. */
function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}
