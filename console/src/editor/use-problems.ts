// The problems of the text as it is now, found by the worker a moment after the last change.
import { useEffect, useRef, useState } from "react";
import type { FieldNames, ProblemsAnswer, ProblemsRequest } from "./problems.worker.ts";

export type Problem = ProblemsAnswer["problems"][number];

export interface Found {
  /** The text that the problems are of. */
  readonly text: string | undefined;
  readonly problems: readonly Problem[];
  readonly fields: FieldNames;
}

const pauseMs = 150;
const nothing: Found = { text: undefined, problems: [], fields: {} };

export function useProblems(text: string, type: "STANDARD" | "EXPRESS"): Found {
  const [found, setFound] = useState(nothing);
  const worker = useRef<Worker>(undefined);
  const newest = useRef(0);
  const texts = useRef(new Map<number, string>());
  useEffect(() => {
    const made = new Worker(new URL("problems.worker.ts", import.meta.url), { type: "module" });
    made.addEventListener("message", ({ data }: MessageEvent<ProblemsAnswer>) => {
      const { id, problems, fields } = data;
      if (id === newest.current) setFound({ text: texts.current.get(id), problems, fields });
      texts.current.delete(id);
    });
    worker.current = made;
    return () => made.terminate();
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => {
      const { current } = worker;
      if (current === undefined) return;
      const request: ProblemsRequest = { id: ++newest.current, text, type };
      texts.current.set(request.id, text);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
      current.postMessage(request);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text, type]);
  return found;
}
