// Why a state went the way it did: the rules that were looked at, the part of a path that leads nowhere, and what became of
// a failure, for every moment at which the state was decided on.
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ExecutionFacts } from "@contract";
import type { Run } from "../execution/run.tsx";
import type { VisitState } from "@engine/inspection/visit-state.ts";
import { occasionTitle } from "./occasion-title.ts";
import { ProblemPart } from "./problem-part.tsx";
import { Recoveries } from "./recoveries.tsx";
import { Rules } from "./rules.tsx";
import { WithExplanations } from "./with-explanations.tsx";
import "./why.css";

interface WhyProps {
  readonly visit: VisitState;
  readonly run: Run;
  readonly facts: ExecutionFacts;
}

export function Why({ visit, run, facts }: WhyProps) {
  return (
    <WithExplanations visit={visit} run={run} facts={facts}>
      {(occasions) => {
        const told = occasions.filter(
          ({ explanation }) =>
            explanation !== undefined &&
            (explanation.rules.length > 0 || explanation.problem !== undefined || explanation.recoveries.length > 0),
        );
        if (told.length === 0) {
          return (
            <Box color="text-body-secondary">
              Nothing had to be chosen here, and nothing failed: the state went on with its result.
            </Box>
          );
        }
        return (
          <SpaceBetween size="l">
            {told.map(({ occasion, explanation }) =>
              explanation === undefined ? null : (
                <section key={`${occasion.scope} ${occasion.position}`} className="why-occasion">
                  <h3>{occasionTitle(occasion, visit)}</h3>
                  {explanation.rules.length === 0 ? null : (
                    <Rules explanation={explanation} definition={facts.definition ?? ""} nodeId={visit.nodeId} />
                  )}
                  {explanation.problem === undefined ? null : <ProblemPart problem={explanation.problem} />}
                  {explanation.recoveries.length === 0 ? null : <Recoveries explanation={explanation} />}
                </section>
              ),
            )}
          </SpaceBetween>
        );
      }}
    </WithExplanations>
  );
}
