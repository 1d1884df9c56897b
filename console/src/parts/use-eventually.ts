// A call for many occasions: at once for the first, and once more for all that come within the second after it.
import { useEffect, useRef, useState } from "react";

const pauseMs = 1000;

export function useEventually(call: () => unknown): () => void {
  const state = useRef({ call, timer: undefined as ReturnType<typeof setTimeout> | undefined, isDue: false });
  useEffect(() => {
    state.current.call = call;
  }, [call]);
  useEffect(() => {
    const { current } = state;
    return () => {
      clearTimeout(current.timer);
      current.timer = undefined;
    };
  }, []);
  const [run] = useState(() => (): void => {
    const { current } = state;
    current.isDue = current.timer !== undefined;
    if (current.isDue) return;
    current.call();
    current.timer = setTimeout(() => {
      current.timer = undefined;
      if (current.isDue) run();
    }, pauseMs);
  });
  return run;
}
