// Starts an execution: with the input of the last one or of a chosen one to begin with, by itself or as code to copy.
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { ActionDialog } from "../actions/action-dialog.tsx";
import type { ExecutionDescription, Started } from "../api/aws-shapes.ts";
import { act } from "../api/client.ts";
import { aliasesQuery, versionsQuery } from "../api/queries.ts";
import { qualifierOf } from "../parts/arn.ts";
import { shownLine } from "../parts/shown-text.ts";

const JsonEditor = lazy(async () => ({ default: (await import("../editor/json-editor.tsx")).JsonEditor }));

interface StartExecutionProps {
  readonly stateMachineArn: string;
  /** The version or alias to begin with. */
  readonly qualifiedArn?: string | undefined;
  readonly type: "STANDARD" | "EXPRESS";
  /** The execution whose input is taken to begin with. */
  readonly inputOf: string | undefined;
  readonly onClose: () => void;
}

export function StartExecution({ stateMachineArn, qualifiedArn, type, inputOf, onClose }: StartExecutionProps) {
  const [target, setTarget] = useState(qualifiedArn ?? stateMachineArn);
  const [name, setName] = useState("");
  const [edited, setInput] = useState<string>();
  const navigate = useNavigate();
  const earlier = useQuery({
    queryKey: ["input", inputOf],
    queryFn: ({ signal }) => act<ExecutionDescription>("DescribeExecution", { executionArn: inputOf }, signal),
    // Express has no DescribeExecution, and a first execution no other.
    enabled: inputOf !== undefined && type === "STANDARD",
    retry: false,
    staleTime: Infinity,
  });
  const input = edited ?? indented(earlier.data?.input ?? "{}");
  return (
    <ActionDialog<Started>
      action="StartExecution"
      input={{ stateMachineArn: target, ...(name === "" ? {} : { name }), input }}
      title="Start execution"
      verb="Start execution"
      size="large"
      isDisabled={earlier.isLoading}
      onDone={({ executionArn }) => navigate({ to: "/executions/$executionArn", params: { executionArn } })}
      onClose={onClose}
    >
      <Target stateMachineArn={stateMachineArn} target={target} onChange={setTarget} />
      <FormField
        label="Name"
        description="A name that no execution of the machine has; one is made when it is empty."
        stretch
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} />
      </FormField>
      <FormField
        label="Input"
        description={earlier.data === undefined ? "JSON" : "JSON; to begin with, that of the execution before."}
        stretch
      >
        <Suspense fallback={null}>
          {earlier.isLoading ? null : <JsonEditor label="Input" initial={input} onChange={setInput} height={280} />}
        </Suspense>
      </FormField>
    </ActionDialog>
  );
}

interface TargetProps {
  readonly stateMachineArn: string;
  readonly target: string;
  readonly onChange: (arn: string) => void;
}

/** The definition as it is, a version or an alias: asked for where there is something to choose. */
function Target({ stateMachineArn, target, onChange }: TargetProps) {
  const { data: versions } = useQuery(versionsQuery(stateMachineArn));
  const { data: aliases = [] } = useQuery(aliasesQuery(stateMachineArn));
  const options = [
    { value: stateMachineArn, label: "The definition as it is now" },
    ...aliases.map(({ stateMachineAliasArn, name }) => ({
      value: stateMachineAliasArn,
      label: `Alias ${shownLine(name, 80)}`,
    })),
    ...(versions?.stateMachineVersions ?? []).map(({ stateMachineVersionArn }) => ({
      value: stateMachineVersionArn,
      label: `Version ${qualifierOf(stateMachineVersionArn)}`,
    })),
  ];
  if (options.length === 1) return null;
  return (
    <FormField label="Version or alias" stretch>
      <Select
        selectedOption={options.find(({ value }) => value === target) ?? null}
        options={options}
        filteringType={options.length > 12 ? "auto" : "none"}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? stateMachineArn)}
      />
    </FormField>
  );
}

function indented(text: string): string {
  try {
    // Numbers that JavaScript would round are left as they are.
    return JSON.stringify(JSON.parse(text), undefined, 2).length > 100_000 || /\d{16}/.test(text)
      ? text
      : JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    // The server will say what is wrong with it.
    return text;
  }
}
