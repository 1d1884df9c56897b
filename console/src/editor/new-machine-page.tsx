// Creates a state machine.
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { act } from "../api/client.ts";
import { summaryQuery } from "../api/queries.ts";
import { useNotify } from "../app/notices.tsx";
import { Page } from "../app/page.tsx";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { useProblems } from "./use-problems.ts";
import { Workbench } from "./workbench.tsx";

const first = `{
  "Comment": "A first state machine",
  "StartAt": "Hello",
  "States": {
    "Hello": {
      "Type": "Pass",
      "Result": "Hello from Pawl",
      "Next": "Moment"
    },
    "Moment": {
      "Type": "Wait",
      "Seconds": 3,
      "Next": "Done"
    },
    "Done": {
      "Type": "Succeed"
    }
  }
}
`;

export function NewMachinePage() {
  const [name, setName] = useState("");
  const [roleArn, setRoleArn] = useState<string>();
  const [type, setType] = useState<"STANDARD" | "EXPRESS">("STANDARD");
  const [text, setText] = useState(first);
  const found = useProblems(text, type);
  const { data: summary } = useQuery(summaryQuery);
  const role = roleArn ?? `arn:aws:iam::${summary?.account ?? "123456789012"}:role/pawl`;
  const navigate = useNavigate();
  const notify = useNotify();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      act<{ readonly stateMachineArn: string }>("CreateStateMachine", { name, type, definition: text, roleArn: role }),
    onSuccess: async ({ stateMachineArn }) => {
      notify({ type: "success", text: `${shownLine(name, 80)} is ready: start an execution of it.` });
      await queries.invalidateQueries({ queryKey: summaryQuery.queryKey });
      await navigate({ to: "/machines/$machineArn", params: { machineArn: stateMachineArn } });
    },
  });
  return (
    <Page
      title="Create state machine"
      breadcrumbs={[]}
      actions={
        <Button variant="primary" loading={create.isPending} onClick={() => create.mutate()}>
          Create
        </Button>
      }
    >
      <SpaceBetween size="l">
        {create.error === null ? null : <Problem error={create.error} />}
        <Container>
          <ColumnLayout columns={3}>
            <FormField label="Name" description="1 to 80 letters, digits, - and _">
              <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} />
            </FormField>
            <FormField label="Type" description="Express: short, at least once, no redrive">
              <SegmentedControl
                selectedId={type}
                label="Type"
                onChange={({ detail }) => setType(detail.selectedId === "EXPRESS" ? "EXPRESS" : "STANDARD")}
                options={[
                  { id: "STANDARD", text: "Standard" },
                  { id: "EXPRESS", text: "Express" },
                ]}
              />
            </FormField>
            <FormField label="Role" description="The ARN of the role that its tasks name">
              <Input value={role} onChange={({ detail }) => setRoleArn(detail.value)} spellcheck={false} />
            </FormField>
          </ColumnLayout>
        </Container>
        <Workbench name={name || "state-machine"} initial={first} text={text} found={found} onChange={setText} />
      </SpaceBetween>
    </Page>
  );
}
