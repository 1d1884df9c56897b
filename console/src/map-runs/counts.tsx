// Counts by status, as a Map Run has them.
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";

const words: readonly (readonly [member: string, label: string])[] = [
  ["total", "In all"],
  ["pending", "Pending"],
  ["running", "Running"],
  ["succeeded", "Succeeded"],
  ["failed", "Failed"],
  ["timedOut", "Timed out"],
  ["aborted", "Aborted"],
  ["resultsWritten", "Results written"],
  ["failuresNotRedrivable", "Not redrivable"],
  ["pendingRedrive", "Pending redrive"],
];

interface CountsProps {
  readonly counts: Readonly<Record<string, number>>;
  readonly label: string;
}

export function Counts({ counts, label }: CountsProps) {
  const shown = words.filter(([member]) => counts[member] !== undefined);
  return (
    <div role="group" aria-label={label}>
      <KeyValuePairs
        columns={4}
        minColumnWidth={110}
        items={shown.map(([member, word]) => ({
          label: word,
          value: <span className="numeric">{(counts[member] ?? 0).toLocaleString()}</span>,
        }))}
      />
    </div>
  );
}
