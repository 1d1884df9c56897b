// The way of the data through a state: what each of its fields made of them, in the order in which they count.
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { DataStep } from "@engine/inspection/explain-state.ts";
import type { ExecutionFacts } from "@contract";
import { JsonView } from "../parts/json-view.tsx";
import { PayloadView } from "../execution/payload-view.tsx";
import type { Run } from "../execution/run.tsx";
import type { VisitState } from "@engine/inspection/visit-state.ts";
import { occasionTitle } from "./occasion-title.ts";
import { WithExplanations } from "./with-explanations.tsx";
import "./why.css";

const titles: Readonly<Record<DataStep["step"], string>> = {
  afterInputPath: "After InputPath",
  afterParameters: "After Parameters",
  afterArguments: "Arguments",
  afterItemsPath: "Items",
  result: "Result",
  afterResultSelector: "After ResultSelector",
  afterResultPath: "After ResultPath",
};

interface DataFlowProps {
  readonly visit: VisitState;
  readonly run: Run;
  readonly facts: ExecutionFacts;
}

export function DataFlow({ visit, run, facts }: DataFlowProps) {
  const { executionArn } = facts;
  return (
    <WithExplanations visit={visit} run={run} facts={facts}>
      {(occasions) => (
        <ol className="why-flow">
          <li>
            <Box variant="awsui-key-label">State input</Box>
            <PayloadView payload={visit.input} label="state input" executionArn={executionArn} />
          </li>
          {occasions.flatMap(({ occasion, explanation }) =>
            (explanation?.steps ?? []).map(({ step, value }) => (
              <li key={`${occasion.position} ${step}`}>
                <SpaceBetween direction="horizontal" size="xs">
                  <Box variant="awsui-key-label">{titles[step]}</Box>
                  {occasions.length > 2 ? (
                    <Box color="text-body-secondary" fontSize="body-s">
                      {occasionTitle(occasion, visit)}
                    </Box>
                  ) : null}
                </SpaceBetween>
                <JsonView text={value.text} label={titles[step]} />
              </li>
            )),
          )}
          <li>
            <Box variant="awsui-key-label">State output</Box>
            <PayloadView payload={visit.output} label="state output" executionArn={executionArn} />
          </li>
        </ol>
      )}
    </WithExplanations>
  );
}
