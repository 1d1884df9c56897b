// Tries one state out with a given input: TestState, whose answer shows how the data went through the state.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type Json, isJsonObject, memberOf, stringifyJson } from "@asl/json.ts";
import type { GraphNode } from "@graph/graph.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { TestedState } from "../api/aws-shapes.ts";
import { act } from "../api/client.ts";
import { partAt } from "../execution/state-definition.tsx";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { JsonEditor } from "./json-editor.tsx";
import { TestedResult } from "./tested-result.tsx";

interface TestStateProps {
  readonly definition: Json;
  readonly node: GraphNode | undefined;
}

/** JSON texts. */
interface Given {
  readonly input: string;
  readonly variables: string;
  readonly mock: string;
  /** Names and words, not JSON. */
  readonly error: string;
  readonly cause: string;
}

const levels = ["INFO", "DEBUG", "TRACE"].map((value) => ({ value, label: value }));

export function TestState({ definition, node }: TestStateProps) {
  const [given, setGiven] = useState<Given>({ input: "{}", variables: "{}", mock: "", error: "", cause: "" });
  const [level, setLevel] = useState("DEBUG");
  const test = useMutation({
    mutationFn: () =>
      act<TestedState>("TestState", {
        definition: stateText(definition, node),
        input: given.input,
        inspectionLevel: level,
        ...(["", "{}"].includes(given.variables.trim()) ? {} : { variables: given.variables }),
        ...mockOf(given),
      }),
  });
  if (node === undefined) {
    return (
      <Container header={<Header variant="h2">Test state</Header>}>
        <Box color="text-body-secondary">Choose a state in the graph to try it out with an input of yours.</Box>
      </Container>
    );
  }
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Runs this one state; nothing is kept."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Select
                selectedOption={levels.find(({ value }) => value === level) ?? null}
                options={levels}
                ariaLabel="Inspection level"
                onChange={({ detail }) => setLevel(detail.selectedOption.value ?? "DEBUG")}
              />
              <Button variant="primary" loading={test.isPending} onClick={() => test.mutate()}>
                Test state
              </Button>
            </SpaceBetween>
          }
        >
          <bdi>{`Test state: ${shownLine(node.label, 60)}`}</bdi>
        </Header>
      }
    >
      <ColumnLayout columns={2}>
        <Inputs node={node} given={given} onChange={(change) => setGiven((was) => ({ ...was, ...change }))} />
        <SpaceBetween size="m">
          {test.error === null ? null : <Problem error={test.error} />}
          {test.data === undefined ? (
            <Box color="text-body-secondary">The result appears here.</Box>
          ) : (
            <TestedResult result={test.data} />
          )}
        </SpaceBetween>
      </ColumnLayout>
    </Container>
  );
}

interface InputsProps {
  readonly node: GraphNode;
  readonly given: Given;
  readonly onChange: (change: Partial<Given>) => void;
}

function Inputs({ node, given, onChange }: InputsProps) {
  return (
    <SpaceBetween size="m">
      <FormField label="Input" description="JSON" stretch>
        <JsonEditor label="Input" initial={given.input} onChange={(input) => onChange({ input })} height={160} />
      </FormField>
      <FormField label="Variables" description="JSON object of the variables that are set before" stretch>
        <JsonEditor
          label="Variables"
          initial={given.variables}
          onChange={(variables) => onChange({ variables })}
          height={80}
        />
      </FormField>
      {node.type === "Task" || node.type === "Map" || node.type === "Parallel" ? (
        <>
          <FormField label="Mocked result" description="JSON; without one, the task is called" stretch>
            <JsonEditor
              label="Mocked result"
              initial={given.mock}
              onChange={(mock) => onChange({ mock })}
              height={80}
            />
          </FormField>
          <ColumnLayout columns={2}>
            <FormField label="Mocked error" description="Instead of a result" stretch>
              <Input
                value={given.error}
                onChange={({ detail }) => onChange({ error: detail.value })}
                placeholder="Order.Rejected"
                spellcheck={false}
              />
            </FormField>
            <FormField label="Its cause" description="If there is one" stretch>
              <Input value={given.cause} onChange={({ detail }) => onChange({ cause: detail.value })} />
            </FormField>
          </ColumnLayout>
        </>
      ) : null}
    </SpaceBetween>
  );
}

function mockOf({ mock, error, cause }: Given): object {
  if (error !== "" || cause !== "") {
    return { mock: { errorOutput: { ...(error === "" ? {} : { error }), ...(cause === "" ? {} : { cause }) } } };
  }
  return mock.trim() === "" ? {} : { mock: { result: mock } };
}

/** A state takes the query language of its machine along. */
function stateText(definition: Json, node: GraphNode | undefined): string {
  const state = node === undefined ? undefined : partAt(definition, node.id);
  if (!isJsonObject(state) || !isJsonObject(definition)) return "{}";
  const language = memberOf(state, "QueryLanguage") ?? memberOf(definition, "QueryLanguage");
  return stringifyJson(language === undefined ? state : { ...state, QueryLanguage: language });
}
