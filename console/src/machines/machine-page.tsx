// The page of one state machine: its executions, definition, versions, aliases and tags.
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Container from "@cloudscape-design/components/container";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Tabs from "@cloudscape-design/components/tabs";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { StateMachine } from "../api/aws-shapes.ts";
import { machineQuery, summaryQuery } from "../api/queries.ts";
import { Page } from "../app/page.tsx";
import { ExecutionsTable } from "../executions/executions-table.tsx";
import { StartExecution } from "../executions/start-execution.tsx";
import { machineNameOf } from "../parts/arn.ts";
import { Problem } from "../parts/problem.tsx";
import { shownText } from "../parts/shown-text.ts";
import { Status } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";
import { AliasesTable } from "./aliases-table.tsx";
import { DefinitionTab } from "./definition-tab.tsx";
import { DeleteMachine } from "./delete-machine.tsx";
import { TagsTable } from "./tags-table.tsx";
import { VersionsTable } from "./versions-table.tsx";

export function MachinePage() {
  const { machineArn } = useParams({ from: "/machines/$machineArn" });
  const { data: machine, error, refetch } = useQuery(machineQuery(machineArn));
  if (machine !== undefined) return <LoadedMachine key={machineArn} machine={machine} />;
  return (
    <Page title={machineNameOf(machineArn)} breadcrumbs={[]}>
      {error === null ? <Spinner size="large" /> : <Problem error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}

function LoadedMachine({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn, name } = machine;
  const navigate = useNavigate({ from: "/machines/$machineArn" });
  const [dialog, setDialog] = useState<"start" | "delete">();
  const { data: summary } = useQuery(summaryQuery);
  const newest = summary?.machines.find((one) => one.stateMachineArn === stateMachineArn)?.newest;
  const edit = (): void => void navigate({ to: "/machines/$machineArn/edit", params: { machineArn: stateMachineArn } });
  return (
    <Page
      title={name}
      breadcrumbs={[]}
      description={machine.description === undefined ? undefined : shownText(machine.description)}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <ButtonDropdown
            items={[{ id: "delete", text: "Delete" }]}
            onItemClick={() => setDialog("delete")}
            ariaLabel="More actions"
          >
            Actions
          </ButtonDropdown>
          <Button onClick={edit}>Edit</Button>
          <Button variant="primary" onClick={() => setDialog("start")}>
            Start execution
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">
        <Facts machine={machine} />
        <MachineTabs machine={machine} />
      </SpaceBetween>
      {dialog === "start" ? (
        <StartExecution
          stateMachineArn={stateMachineArn}
          type={machine.type}
          inputOf={newest?.executionArn}
          onClose={() => setDialog(undefined)}
        />
      ) : null}
      {dialog === "delete" ? <DeleteMachine machine={machine} onClose={() => setDialog(undefined)} /> : null}
    </Page>
  );
}

function Facts({ machine }: { readonly machine: StateMachine }) {
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        minColumnWidth={130}
        items={[
          { label: "Type", value: machine.type === "STANDARD" ? "Standard" : "Express" },
          { label: "Status", value: <Status status={machine.status} /> },
          { label: "Created", value: <Time at={machine.creationDate * 1000} /> },
          { label: "Role", value: <span className="code">{machine.roleArn}</span> },
        ]}
      />
    </Container>
  );
}

const tabIds = ["definition", "versions", "aliases", "tags"] as const;

function MachineTabs({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn } = machine;
  const { tab } = useSearch({ from: "/machines/$machineArn" });
  const navigate = useNavigate({ from: "/machines/$machineArn" });
  return (
    <Tabs
      ariaLabel="Parts of the state machine"
      i18nStrings={{ scrollLeftAriaLabel: "Tabs to the left", scrollRightAriaLabel: "Tabs to the right" }}
      activeTabId={tab ?? "executions"}
      onChange={({ detail }) => void navigate({ search: { tab: tabIds.find((id) => id === detail.activeTabId) } })}
      tabs={[
        { id: "executions", label: "Executions", content: <ExecutionsTable stateMachineArn={stateMachineArn} /> },
        { id: "definition", label: "Definition", content: <DefinitionTab machine={machine} /> },
        { id: "versions", label: "Versions", content: <VersionsTable machine={machine} /> },
        { id: "aliases", label: "Aliases", content: <AliasesTable machine={machine} /> },
        { id: "tags", label: "Tags", content: <TagsTable resourceArn={stateMachineArn} /> },
      ]}
    />
  );
}
