// A history from a file: dropped or chosen, read in this browser and sent nowhere, and shown as any other execution.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Page } from "../app/page.tsx";
import { shownText } from "../parts/shown-text.ts";
import { FileChooser } from "./file-chooser.tsx";
import { ImportedExecution } from "./imported-execution.tsx";
import type { ImportedFile } from "./import-files.ts";
import { importInWorker } from "./import-in-worker.ts";
import { Command } from "../parts/command.tsx";

export function OfflinePage() {
  const [imported, setImported] = useState<ImportedFile>();
  const [isReading, setReading] = useState(false);
  const [problem, setProblem] = useState<string>();
  const navigate = useNavigate();
  const open = async (files: readonly File[]): Promise<void> => {
    setReading(true);
    try {
      setImported(await importInWorker(files));
      setProblem(undefined);
      void navigate({ to: ".", search: {} });
    } catch (error) {
      setImported(undefined);
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setReading(false);
    }
  };
  if (imported !== undefined) {
    return <ImportedExecution key={imported.name} imported={imported} onClose={() => setImported(undefined)} />;
  }
  return (
    <Page
      title="Open a history"
      breadcrumbs={[]}
      description="Of AWS Step Functions or of Pawl. The file is read in this browser, and sent nowhere."
    >
      <SpaceBetween size="l">
        {problem === undefined ? null : (
          <Alert type="error" header="The file could not be opened">
            {shownText(problem)}
          </Alert>
        )}
        <Container>
          <FileChooser onFiles={(files) => void open(files)} />
          {isReading ? <StatusIndicator type="loading">Reading</StatusIndicator> : null}
        </Container>
        <Container>
          <SpaceBetween size="s">
            <Box>A history is what this command prints. Drop the definition with it to have states explained.</Box>
            <Command
              label="command that gets a history"
              text="aws stepfunctions get-execution-history --execution-arn ARN --include-execution-data > history.json"
            />
            <Command
              label="command that gets the definition"
              text="aws stepfunctions describe-state-machine-for-execution --execution-arn ARN > machine.json"
            />
          </SpaceBetween>
        </Container>
      </SpaceBetween>
    </Page>
  );
}
