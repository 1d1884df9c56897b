// The answer of TestState.
import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TestedState } from "../api/aws-shapes.ts";
import { ErrorAndCause } from "../parts/error-and-cause.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { Status } from "../parts/status.tsx";

export function TestedResult({ result }: { readonly result: TestedState }) {
  const { status, output, error, cause, nextState, inspectionData } = result;
  const steps = Object.entries(inspectionData ?? {});
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={2}
        items={[
          { label: "Status", value: <Status status={status} /> },
          { label: "Next state", value: nextState === undefined ? "–" : <Foreign text={nextState} /> },
        ]}
      />
      {error === undefined && cause === undefined ? null : <ErrorAndCause error={error} cause={cause} />}
      {output === undefined ? null : <Part label="Output" text={output} />}
      {steps.map(([name, value]) => (
        <Part key={name} label={labelOf(name)} text={typeof value === "string" ? value : JSON.stringify(value)} />
      ))}
    </SpaceBetween>
  );
}

function Part({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <JsonView text={text} label={label} />
    </div>
  );
}

/** `afterInputPath` as `After InputPath`: the rest is the name of a field. */
function labelOf(step: string): string {
  const field = /^after(.*)$/.exec(step)?.[1];
  return field === undefined ? `${step.slice(0, 1).toUpperCase()}${step.slice(1)}` : `After ${field}`;
}
