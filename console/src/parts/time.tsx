// A moment in the reader's zone; its title has it in UTC.
import { timeText } from "./durations.ts";

export function Time({ at }: { readonly at: number | undefined }) {
  if (at === undefined) return <>–</>;
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso} className="numeric">
      {timeText(at)}
    </time>
  );
}
