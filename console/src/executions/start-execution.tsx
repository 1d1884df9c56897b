// Starts an execution: with the input of the last one or of a chosen one to begin with, by itself or as code to copy.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { act } from "../api/client.ts";
import type { ExecutionDescription, Started } from "../api/aws-shapes.ts";
import { Problem } from "../parts/problem.tsx";
import { CopyAs } from "./copy-as.tsx";

const JsonEditor = lazy(async () => ({ default: (await import("../editor/json-editor.tsx")).JsonEditor }));

interface StartExecutionProps {
  /** The ARN of the machine, of a version or of an alias. */
  readonly stateMachineArn: string;
  readonly type: "STANDARD" | "EXPRESS";
  /** The execution whose input is taken to begin with. */
  readonly inputOf: string | undefined;
  readonly onClose: () => void;
}

export function StartExecution({ stateMachineArn, type, inputOf, onClose }: StartExecutionProps) {
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
  const request = { stateMachineArn, ...(name === "" ? {} : { name }), input };
  const start = useMutation({
    mutationFn: () => act<Started>("StartExecution", request),
    onSuccess: ({ executionArn }) => {
      onClose();
      return navigate({ to: "/executions/$executionArn", params: { executionArn } });
    },
  });
  return (
    <Modal
      visible
      size="large"
      header="Start execution"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <CopyAs action="StartExecution" input={request} />
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={start.isPending}
              disabled={earlier.isLoading}
              onClick={() => start.mutate()}
            >
              Start execution
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {start.error === null ? null : <Problem error={start.error} />}
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
      </SpaceBetween>
    </Modal>
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
