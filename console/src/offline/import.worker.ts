// Reads files of histories beside the page, which a large one would hold up.
import { encodeEvents } from "@engine/journal/event-codec.ts";
import { type ImportedFile, importFiles } from "./import-files.ts";

type Imported = Omit<ImportedFile, "history"> & { readonly history: Omit<ImportedFile["history"], "events"> };

export type ImportAnswer =
  | {
      readonly imported: Imported;
      /** For `decodeEvents`, some at a time. */
      readonly events: readonly string[];
    }
  | { readonly problem: string };

const eventsAtATime = 2_000;

addEventListener("message", ({ data }: MessageEvent<readonly File[]>) => {
  void answerTo(data).then((answer) => postMessage(answer));
});

async function answerTo(files: readonly File[]): Promise<ImportAnswer> {
  try {
    const { history, ...file } = await importFiles(files);
    const { events, ...facts } = history;
    const parts = Array.from({ length: Math.ceil(events.length / eventsAtATime) }, (_, index) =>
      encodeEvents(events.slice(index * eventsAtATime, (index + 1) * eventsAtATime)),
    );
    return { imported: { ...file, history: facts }, events: parts };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
