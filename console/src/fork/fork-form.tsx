// The form of a fork: the input and the definition to change, and the result once it was replayed.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useState } from "react";
import type { ExecutionFacts } from "@contract";
import type { FullJournal } from "../compare/events-query.ts";
import { JsonEditor } from "../editor/json-editor.tsx";
import { shownText } from "../parts/shown-text.ts";
import { identityOf } from "../time-travel/travel.ts";
import { ForkResult } from "./fork-result.tsx";
import { useFork } from "./use-fork.ts";

interface ForkFormProps {
  readonly facts: ExecutionFacts;
  readonly definition: string;
  readonly input: string;
  readonly journal: FullJournal;
}

export function ForkForm({ facts, definition, input, journal }: ForkFormProps) {
  const [initial] = useState(() => ({ input: indented(input), definition: indented(definition) }));
  const [edited, setEdited] = useState(initial);
  const { answer, isRunning, run, stop } = useFork();
  const problems = {
    input: useMemo(() => jsonProblem(edited.input), [edited.input]),
    definition: useMemo(() => jsonProblem(edited.definition), [edited.definition]),
  };
  const isUsable = problems.input === undefined && problems.definition === undefined;
  const replay = (): void => {
    const { program: _program, ...identity } = identityOf(facts, { startAt: "", states: new Map() });
    run({ identity, rows: journal.rows, ...edited, testCase: `Fork-${facts.name}` });
  };
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                {isRunning ? <Button onClick={stop}>Stop</Button> : null}
                <Button
                  variant="primary"
                  loading={isRunning}
                  disabled={!isUsable}
                  disabledReason="The input and the definition must be JSON."
                  onClick={replay}
                >
                  Replay
                </Button>
              </SpaceBetween>
            }
          >
            What is to be different
          </Header>
        }
      >
        <ColumnLayout columns={2}>
          <FormField label="Input" errorText={problems.input} stretch>
            <JsonEditor
              label="Input"
              initial={initial.input}
              height={320}
              onChange={(text) => setEdited((was) => ({ ...was, input: text }))}
            />
          </FormField>
          <FormField label="Definition" errorText={problems.definition} stretch>
            <JsonEditor
              label="Definition"
              initial={initial.definition}
              height={320}
              onChange={(text) => setEdited((was) => ({ ...was, definition: text }))}
            />
          </FormField>
        </ColumnLayout>
      </Container>
      {answer === undefined ? null : "problem" in answer ? (
        <Alert type="error" header="It could not be replayed">
          {shownText(answer.problem)}
        </Alert>
      ) : (
        <ForkResult answer={answer} original={journal.events} facts={facts} />
      )}
    </SpaceBetween>
  );
}

function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The text as people read it; numbers stay as they are written. */
function indented(text: string): string {
  const keep = (_name: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined
      ? (JSON as unknown as { rawJSON: (source: string) => unknown }).rawJSON(context.source)
      : value;
  try {
    return JSON.stringify(JSON.parse(text, keep), null, 2);
  } catch {
    // A browser that reads it otherwise: the text as it is.
    return text;
  }
}
