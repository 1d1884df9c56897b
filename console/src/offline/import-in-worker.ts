// Files of histories, read in a worker.
import { decodeEvents } from "@engine/journal/event-codec.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import type { ImportedFile } from "./import-files.ts";
import type { ImportAnswer } from "./import.worker.ts";

/** @throws Error with what is wrong with which file. */
export async function importInWorker(files: readonly File[]): Promise<ImportedFile> {
  const answer = await answerOf(files);
  if ("problem" in answer) throw new Error(answer.problem);
  const events: JournalEvent[] = [];
  for (const part of answer.events) {
    for (const event of decodeEvents(part)) events.push(event);
    // The page gets its turn between two parts.
    await new Promise((settle) => setTimeout(settle, 0));
  }
  const { history, ...file } = answer.imported;
  return { ...file, history: { ...history, events } };
}

function answerOf(files: readonly File[]): Promise<ImportAnswer> {
  return new Promise((settle) => {
    const worker = new Worker(new URL("import.worker.ts", import.meta.url), { type: "module" });
    const end = (answer: ImportAnswer): void => {
      worker.terminate();
      settle(answer);
    };
    worker.addEventListener("message", ({ data }: MessageEvent<ImportAnswer>) => end(data));
    worker.addEventListener("error", ({ message }) => end({ problem: message }));
    worker.postMessage(files, []);
  });
}
