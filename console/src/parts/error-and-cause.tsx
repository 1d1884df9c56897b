// An error with its cause, as text of any length. Functions give their cause as JSON: what it says comes first, and all of it on request.
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { isJsonObject, type Json, memberOf, parseJson } from "@asl/json.ts";
import { Foreign } from "./foreign.tsx";
import { JsonView } from "./json-view.tsx";
import { LongText } from "./long-text.tsx";

interface ErrorAndCauseProps {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

export function ErrorAndCause({ error, cause = "" }: ErrorAndCauseProps) {
  return (
    <div>
      <strong className="failed-text">
        <Foreign text={error ?? "An error without a name"} />
      </strong>
      {cause === "" ? null : <Cause cause={cause} />}
    </div>
  );
}

function Cause({ cause }: { readonly cause: string }) {
  const value = parsed(cause);
  const message = value !== undefined && isJsonObject(value) ? memberOf(value, "errorMessage") : undefined;
  if (typeof message !== "string") {
    return (
      <div>
        <LongText text={cause} />
      </div>
    );
  }
  return (
    <>
      <div>
        <LongText text={message} />
      </div>
      <ExpandableSection headerText="The whole cause">
        <JsonView text={cause} label="cause" />
      </ExpandableSection>
    </>
  );
}

function parsed(text: string): Json | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return parseJson(text);
  } catch {
    // Words, as most causes are.
    return undefined;
  }
}
