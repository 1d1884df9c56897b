// Runs a fork in the worker; a new one takes the place of one that is under way.
import { useEffect, useRef, useState } from "react";
import type { ForkAnswer, ForkRequest } from "./fork.worker.ts";

interface Forked {
  readonly answer: ForkAnswer | undefined;
  readonly isRunning: boolean;
  readonly run: (request: ForkRequest) => void;
  readonly stop: () => void;
}

export function useFork(): Forked {
  const worker = useRef<Worker>(undefined);
  const [answer, setAnswer] = useState<ForkAnswer>();
  const [isRunning, setRunning] = useState(false);
  const stop = (): void => {
    worker.current?.terminate();
    worker.current = undefined;
    setRunning(false);
  };
  useEffect(() => () => worker.current?.terminate(), []);
  const run = (request: ForkRequest): void => {
    stop();
    const made = new Worker(new URL("fork.worker.ts", import.meta.url), { type: "module" });
    worker.current = made;
    made.addEventListener("message", ({ data }: MessageEvent<ForkAnswer>) => {
      setAnswer(data);
      stop();
    });
    made.addEventListener("error", ({ message }) => {
      setAnswer({ problem: message });
      stop();
    });
    setRunning(true);
    made.postMessage(request, []);
  };
  return { answer, isRunning, run, stop };
}
