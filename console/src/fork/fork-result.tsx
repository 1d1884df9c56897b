// The result of a fork: how it ended, the calls that nothing was recorded for, where it parted from the execution that it was
// forked from, and the test that keeps the recorded results.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { compareExecutions } from "@engine/inspection/compare.ts";
import { decodeEvents } from "@engine/journal/event-codec.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import { useMemo } from "react";
import type { ExecutionFacts } from "@contract";
import { Comparison } from "../compare/comparison.tsx";
import { Command } from "../parts/command.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { LongText } from "../parts/long-text.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { Status } from "../parts/status.tsx";
import type { ForkAnswer } from "./fork.worker.ts";

interface ForkResultProps {
  readonly answer: Exclude<ForkAnswer, { readonly problem: string }>;
  readonly original: readonly JournalEvent[];
  readonly facts: ExecutionFacts;
}

/** Calls without a recorded result that are shown. */
const most = 20;

export function ForkResult({ answer, original, facts }: ForkResultProps) {
  const comparison = useMemo(() => compareExecutions(original, decodeEvents(answer.events)), [original, answer]);
  const { status, error, cause, unanswered } = answer;
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">What came of it</Header>}>
        <SpaceBetween size="m">
          <div>
            <Status status={status} />{" "}
            {error === undefined ? null : (
              <strong className="failed-text">
                <Foreign text={error} />
              </strong>
            )}
            {cause === undefined ? null : (
              <div>
                <LongText text={cause} />
              </div>
            )}
          </div>
          {unanswered.length === 0 ? null : (
            <Alert type="warning" header="It waits for calls that nothing was recorded for">
              <SpaceBetween size="xs">
                {unanswered.slice(0, most).map(({ state, invocation, parameters }) => (
                  <div key={`${state} ${invocation}`}>
                    <Box variant="awsui-key-label">{`${shownLine(state, 80)}, call ${invocation + 1}`}</Box>
                    <JsonView text={parameters} label={`parameters of ${shownLine(state, 80)}`} />
                  </div>
                ))}
                {unanswered.length > most ? <div>{`And ${unanswered.length - most} more.`}</div> : null}
              </SpaceBetween>
            </Alert>
          )}
          <Comparison comparison={comparison} left="The execution" right="The fork" />
        </SpaceBetween>
      </Container>
      <SaveAsTest mockFile={answer.mockFile} facts={facts} />
    </SpaceBetween>
  );
}

function SaveAsTest({ mockFile, facts }: { readonly mockFile: string; readonly facts: ExecutionFacts }) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="The recorded results as a mock file of Step Functions Local, which Pawl reads, too."
          actions={
            <Button iconName="download" onClick={() => save(mockFile, "mocks.json")}>
              Save as a test file
            </Button>
          }
        >
          Keep it as a test
        </Header>
      }
    >
      <SpaceBetween size="xs">
        <Command label="command that serves the mocks" text="SFN_MOCK_CONFIG=mocks.json npm start" />
        <Command
          label="command that starts an execution with the mocks"
          text={`aws stepfunctions start-execution --state-machine-arn ${quoted(`${facts.stateMachineArn}#Fork-${facts.name}`)} --input file://input.json`}
        />
      </SpaceBetween>
    </Container>
  );
}

/** A word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
