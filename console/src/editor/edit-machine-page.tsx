// Edits the definition of a state machine.
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { StateMachine } from "../api/aws-shapes.ts";
import { act } from "../api/client.ts";
import { machineQuery } from "../api/queries.ts";
import { useNotify } from "../app/notices.tsx";
import { Page } from "../app/page.tsx";
import { machineNameOf } from "../parts/arn.ts";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { useProblems } from "./use-problems.ts";
import { Workbench } from "./workbench.tsx";

export function EditMachinePage() {
  const { machineArn } = useParams({ from: "/machines/$machineArn/edit" });
  const { data: machine, error, refetch } = useQuery({ ...machineQuery(machineArn), refetchOnWindowFocus: false });
  if (machine !== undefined) return <LoadedEditor key={machineArn} machine={machine} />;
  return (
    <Page title={`Edit ${machineNameOf(machineArn)}`} breadcrumbs={[]}>
      {error === null ? <Spinner size="large" /> : <Problem error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}

function LoadedEditor({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn, name, type } = machine;
  const { state } = useSearch({ from: "/machines/$machineArn/edit" });
  const [initial] = useState(() => indented(machine.definition));
  const [text, setText] = useState(initial);
  const found = useProblems(text, type);
  const navigate = useNavigate();
  const notify = useNotify();
  const queries = useQueryClient();
  const params = { machineArn: stateMachineArn };
  const save = useMutation({
    mutationFn: () => act("UpdateStateMachine", { stateMachineArn, definition: text }),
    onSuccess: async () => {
      notify({
        type: "success",
        text: `${shownLine(name, 80)} is saved. Executions that start from now on follow it; those that run keep theirs.`,
      });
      await queries.invalidateQueries({ queryKey: machineQuery(stateMachineArn).queryKey });
      await navigate({ to: "/machines/$machineArn", params });
    },
  });
  return (
    <Page
      title={`Edit ${name}`}
      breadcrumbs={[{ text: name, to: "/machines/$machineArn", params }]}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={() => void navigate({ to: "/machines/$machineArn", params })}>
            Cancel
          </Button>
          <Button
            variant="primary"
            loading={save.isPending}
            disabled={text === initial}
            disabledReason="Nothing is changed yet."
            onClick={() => save.mutate()}
          >
            Save
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">
        {save.error === null ? null : <Problem error={save.error} />}
        <Workbench name={name} initial={initial} text={text} found={found} onChange={setText} state={state} />
      </SpaceBetween>
    </Page>
  );
}

/** A definition in one line is made readable; one that somebody has laid out stays as it is. */
function indented(definition: string): string {
  if (definition.trim().includes("\n") || /\d{16}/.test(definition)) return definition;
  try {
    return `${JSON.stringify(JSON.parse(definition), undefined, 2)}\n`;
  } catch {
    // It is not JSON: the editor says so.
    return definition;
  }
}
