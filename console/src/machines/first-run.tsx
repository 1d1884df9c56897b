// The start page of a server that has nothing yet: three things to do, each with its command, and which of them are done.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Summary } from "@contract";
import { Command } from "../parts/command.tsx";

const hello = {
  Comment: "Says hello after a moment",
  StartAt: "Moment",
  States: {
    Moment: { Type: "Wait", Seconds: 3, Next: "Hello" },
    Hello: { Type: "Pass", Result: "Hello from Pawl", End: true },
  },
};

export function FirstRun({ summary }: { readonly summary: Summary }) {
  const navigate = useNavigate();
  const { hasMachine, hasExecution, hasSuccess } = summary.firstRun;
  const aws = `aws stepfunctions --endpoint-url ${location.origin} --region ${summary.region}`;
  const arn = `arn:aws:states:${summary.region}:${summary.account}:stateMachine:hello`;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Workflows in the Amazon States Language, run by this server. Three steps to see one at work."
        >
          Nothing is deployed yet
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Step title="1. Deploy a state machine" isDone={hasMachine}>
          <Command
            label="Create a state machine"
            text={`${aws} create-state-machine --name hello \\\n  --role-arn arn:aws:iam::${summary.account}:role/pawl \\\n  --definition '${JSON.stringify(hello)}'`}
          />
          <Box>
            <Button onClick={() => void navigate({ to: "/machines/new" })}>Or write one here</Button>
          </Box>
        </Step>
        <Step title="2. Start an execution" isDone={hasExecution}>
          <Command label="Start an execution" text={`${aws} start-execution \\\n  --state-machine-arn ${arn}`} />
        </Step>
        <Step title="3. Watch it succeed" isDone={hasSuccess}>
          <Box color="text-body-secondary">
            This page shows what arrives as it happens. Open the execution to see each of its steps with its data.
          </Box>
        </Step>
      </SpaceBetween>
    </Container>
  );
}

function Step({
  title,
  isDone,
  children,
}: {
  readonly title: string;
  readonly isDone: boolean;
  readonly children: ReactNode;
}) {
  return (
    <SpaceBetween size="xs">
      <Header
        variant="h3"
        info={<StatusIndicator type={isDone ? "success" : "pending"}>{isDone ? "Done" : "To do"}</StatusIndicator>}
      >
        {title}
      </Header>
      {children}
    </SpaceBetween>
  );
}
