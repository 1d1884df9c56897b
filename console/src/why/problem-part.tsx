// The field that gave nothing to go on with, and which part of it leads nowhere.
import Alert from "@cloudscape-design/components/alert";
import { stringifyJson } from "@asl/json.ts";
import type { Problem } from "@engine/inspection/explain-state.ts";
import { JsonView } from "../parts/json-view.tsx";
import { shownLine, shownText } from "../parts/shown-text.ts";

export function ProblemPart({ problem }: { readonly problem: Problem }) {
  if (problem.kind === "path") return <PathProblem problem={problem} />;
  const { source, location, missing } = problem;
  return (
    <Alert type="error" header={`${shownLine(location, 80)} cannot be evaluated`}>
      <p>
        <code className="code">
          <bdi>{shownText(source.slice(0, 2000))}</bdi>
        </code>
      </p>
      {missing.map(({ text, found }) => (
        <Missing key={text} path={text} found={found && { path: found.text, text: stringifyJson(found.value) }} />
      ))}
      {missing.length === 0 ? "All that it refers to is there: the error says what went wrong with it." : null}
    </Alert>
  );
}

function PathProblem({ problem }: { readonly problem: Problem & { readonly kind: "path" } }) {
  const { path, field, part } = problem;
  const header = field === undefined ? "A path leads nowhere" : `The path of ${shownLine(field, 60)} leads nowhere`;
  return (
    <Alert type="error" header={header}>
      {part === undefined ? (
        <p>
          <code className="code">
            <bdi>{shownLine(path, 400)}</bdi>
          </code>{" "}
          names something else than the field can take.
        </p>
      ) : (
        <Missing path={path} found={part.found && { path: part.found.path, text: stringifyJson(part.found.value) }} />
      )}
    </Alert>
  );
}

interface MissingProps {
  readonly path: string;
  /** The beginning that names something, and the JSON text of that. */
  readonly found: { readonly path: string; readonly text: string } | undefined;
}

function Missing({ path, found }: MissingProps) {
  const missing = path.slice(found?.path.length ?? 0);
  return (
    <div className="why-missing">
      <p>
        <code className="code">
          <bdi>
            {shownLine(found?.path ?? "", 400)}
            <mark>{shownLine(missing, 400)}</mark>
          </bdi>
        </code>
      </p>
      {found === undefined ? (
        <p>There is nothing of this name at all.</p>
      ) : (
        <>
          <p>
            <code className="code">
              <bdi>{shownLine(found.path, 200)}</bdi>
            </code>{" "}
            is there, but has no{" "}
            <code className="code">
              <bdi>{shownLine(missing, 200)}</bdi>
            </code>
            . It is:
          </p>
          <JsonView text={found.text} label={`value of ${shownLine(found.path, 60)}`} />
        </>
      )}
    </div>
  );
}
