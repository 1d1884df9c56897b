// The problems of a definition in a list; each leads to its place.
import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { shownLine } from "../parts/shown-text.ts";
import type { Found } from "./use-problems.ts";

const most = 100;

export function ProblemsList({
  found,
  onShow,
}: {
  readonly found: Found;
  readonly onShow: (location: string) => void;
}) {
  const { problems, text } = found;
  if (text === undefined) return <StatusIndicator type="in-progress">Looking for problems</StatusIndicator>;
  if (problems.length === 0) return <StatusIndicator type="success">The definition has no problems</StatusIndicator>;
  return (
    <>
      <ul className="problems" aria-label="Problems">
        {problems.slice(0, most).map(({ severity, code, message, location = "" }, index) => (
          <li key={index}>
            <button type="button" onClick={() => onShow(location)}>
              <StatusIndicator type={severity === "ERROR" ? "error" : "warning"}>
                {shownLine(message, 300)}
              </StatusIndicator>
              <code title={code}>{shownLine(location, 120)}</code>
            </button>
          </li>
        ))}
      </ul>
      {problems.length > most ? <Box color="text-body-secondary">{`And ${problems.length - most} more.`}</Box> : null}
    </>
  );
}
