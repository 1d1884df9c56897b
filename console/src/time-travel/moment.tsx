// The execution at the moment that is looked at: the states that are active, what each of them waits for, its data, its
// variables and its context object.
import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { Payload } from "@asl/payload.ts";
import { resourceName } from "@asl/resource.ts";
import { attemptOf, type FoldedExecution, type Scope, type Work } from "@engine/execution.ts";
import type { TimeTravel } from "@engine/inspection/time-travel.ts";
import { placeOf } from "@engine/view.ts";
import { memo, useDeferredValue, useMemo, useState } from "react";
import { useRun } from "../execution/run.tsx";
import { PayloadView } from "../execution/payload-view.tsx";
import { exactTimeText, timeText } from "../parts/durations.ts";
import { Foreign } from "../parts/foreign.tsx";

interface MomentProps {
  readonly travel: TimeTravel<FoldedExecution>;
  readonly executionArn: string;
}

export function Moment({ travel, executionArn }: MomentProps) {
  const [isOpen, setOpen] = useState(false);
  const { position } = useRun();
  // The data follow as soon as there is time for them: the scrubber is not to wait.
  const shown = useDeferredValue(position);
  return (
    <ExpandableSection
      variant="footer"
      headerText={position < travel.events.length ? "Data as they were then" : "Data as they are now"}
      expanded={isOpen}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {isOpen ? <Scopes travel={travel} position={shown} executionArn={executionArn} /> : null}
    </ExpandableSection>
  );
}

/** Active states that are shown at once. */
const page = 20;

const Scopes = memo(ActiveScopes);

function ActiveScopes({ travel, position, executionArn }: MomentProps & { readonly position: number }) {
  const moment = useMemo(() => momentAt(travel, position), [travel, position]);
  const [most, setMost] = useState(page);
  if ("problem" in moment) return <Box color="text-status-error">{moment.problem}</Box>;
  const active = [...moment.scopes.values()].filter(({ state }) => state !== undefined);
  return (
    <div className="moment">
      {active.length === 0 ? <Box color="text-body-secondary">No state is active at this moment.</Box> : null}
      {active.slice(0, most).map((scope) => (
        <ActiveScope key={scope.id} scope={scope} execution={moment} executionArn={executionArn} />
      ))}
      {active.length > most ? (
        <button type="button" className="more" onClick={() => setMost(most + 5 * page)}>
          {`Show more (${active.length - most} active states are left)`}
        </button>
      ) : null}
    </div>
  );
}

function momentAt(
  travel: TimeTravel<FoldedExecution>,
  position: number,
): FoldedExecution | { readonly problem: string } {
  try {
    return travel.at(position);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `The history does not fold up to here: ${reason}.` };
  }
}

interface ActiveScopeProps {
  readonly scope: Scope;
  readonly execution: FoldedExecution;
  readonly executionArn: string;
}

function ActiveScope({ scope, execution, executionArn }: ActiveScopeProps) {
  const { state } = scope;
  if (state === undefined) return null;
  const context = Payload.ofValue(placeOf(execution, state, attemptOf(execution, state)));
  const variables = [...scope.variables];
  return (
    <section className="moment-scope">
      <Box variant="h3" fontSize="heading-xs">
        <Foreign text={`${wayTo(scope)}${state.name}`} />
      </Box>
      <div>{workText(state.work)}</div>
      <Box variant="awsui-key-label">Input</Box>
      <PayloadView payload={state.input} label={`input of ${state.name}`} executionArn={executionArn} />
      {variables.map(([name, value]) => (
        <div key={name}>
          <Box variant="awsui-key-label">
            <Foreign text={`$${name}`} />
          </Box>
          <PayloadView payload={Payload.ofValue(value)} label={`variable ${name}`} executionArn={executionArn} />
        </div>
      ))}
      <ExpandableSection headerText="Context object">
        <PayloadView payload={context} label={`context object of ${state.name}`} executionArn={executionArn} />
      </ExpandableSection>
    </section>
  );
}

function wayTo(scope: Scope): string {
  const around = scope.parent?.state?.name;
  return scope.parent === undefined || around === undefined ? "" : `${wayTo(scope.parent)}${around} #${scope.index} / `;
}

function workText(work: Work | undefined): string {
  switch (work?.kind) {
    case undefined:
      return "It is being decided on.";
    case "wait":
      return `It sleeps until ${timeText(work.until)}.`;
    case "backoff":
      return `It failed, and is tried again at ${exactTimeText(work.until)}.`;
    case "redrive":
      return "It is to begin again: the execution was redriven.";
    case "map":
      return `${work.succeeded} of ${work.length} iterations have succeeded, ${work.running} are running.`;
    case "mapRun":
      return `Its Map Run has the status ${work.status}.`;
    case "parallel":
      return `${work.ended} of ${work.branches.length} branches have ended.`;
    case "task": {
      const until = work.deadline === undefined ? "" : ` It times out at ${timeText(work.deadline)}.`;
      const isAnswered = work.phase === "submitted" ? "was accepted, and its end is awaited" : `is ${work.phase}`;
      return `Its call of ${resourceName(work.resource)} ${isAnswered}.${until}`;
    }
  }
}
