// How far a Map Run has come: a bar of its items, and the counts of items and of child executions by status.
import Box from "@cloudscape-design/components/box";
import type { MapRun } from "../api/aws-shapes.ts";
import "./progress.css";

interface Row {
  readonly member: string;
  readonly label: string;
  /** Shown where there are some. */
  readonly isRare?: boolean;
}

const rows: readonly Row[] = [
  { member: "succeeded", label: "Succeeded" },
  { member: "running", label: "Running" },
  { member: "pending", label: "Pending" },
  { member: "failed", label: "Failed" },
  { member: "timedOut", label: "Timed out" },
  { member: "aborted", label: "Aborted" },
  { member: "pendingRedrive", label: "Pending redrive", isRare: true },
  { member: "failuresNotRedrivable", label: "Not redrivable", isRare: true },
  { member: "resultsWritten", label: "Results written", isRare: true },
];

export function Progress({ run: { itemCounts: items, executionCounts: executions } }: { readonly run: MapRun }) {
  const shown = rows.filter(
    ({ member, isRare }) => isRare !== true || numberOf(items, member) + numberOf(executions, member) > 0,
  );
  return (
    <>
      <Bar counts={items} />
      <table className="progress-counts" aria-label="Counts by status">
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Items</th>
            <th scope="col">Child executions</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ member, label }) => (
            <tr key={member}>
              <th scope="row">
                <span className={`progress-mark ${member}`} aria-hidden="true" />
                {label}
              </th>
              <Count value={numberOf(items, member)} />
              <Count value={numberOf(executions, member)} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">In all</th>
            <Count value={numberOf(items, "total")} />
            <Count value={numberOf(executions, "total")} />
          </tr>
        </tfoot>
      </table>
    </>
  );
}

function Count({ value }: { readonly value: number }) {
  return <td className={value === 0 ? "numeric none" : "numeric"}>{value.toLocaleString()}</td>;
}

function Bar({ counts }: { readonly counts: MapRun["itemCounts"] }) {
  const total = numberOf(counts, "total");
  if (total === 0) return <Box color="text-body-secondary">The items are not known yet.</Box>;
  const parts = rows.filter(({ isRare, member }) => isRare !== true && numberOf(counts, member) > 0);
  const words = parts.map(({ member, label }) => `${numberOf(counts, member).toLocaleString()} ${label.toLowerCase()}`);
  return (
    <div className="progress-bar" role="img" aria-label={`${total.toLocaleString()} items: ${words.join(", ")}`}>
      {parts.map(({ member }) => (
        <span key={member} className={`progress-part ${member}`} style={{ flexGrow: numberOf(counts, member) }} />
      ))}
    </div>
  );
}

function numberOf(counts: Readonly<Record<string, number>>, member: string): number {
  return counts[member] ?? 0;
}
