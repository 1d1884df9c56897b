// An execution that is looked at, wherever its history came from: its views, why it failed, and the panel of what is chosen.
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import type { ExecutionFacts } from "@contract";
import { Page, type PageProps } from "../app/page.tsx";
import { Status } from "../parts/status.tsx";
import { ExecutionViews } from "./execution-views.tsx";
import { Failure } from "./failure.tsx";
import type { Journal } from "./journal.ts";
import { RunProvider, useRecorded } from "./run.tsx";
import { isAnythingChosen, useSelect, useSelection } from "./selection.ts";
import { StatePanel } from "./state-panel.tsx";

interface OpenedExecutionProps extends Pick<PageProps, "breadcrumbs" | "description" | "actions"> {
  readonly facts: ExecutionFacts;
  /** The facts as the panel explains them. */
  readonly explained?: ExecutionFacts;
  readonly journal: Journal;
  readonly isLoading: boolean;
  /** Beside the status. */
  readonly info?: ReactNode;
  /** Above the views. */
  readonly children: ReactNode;
}

export function OpenedExecution({
  facts,
  explained = facts,
  journal,
  isLoading,
  info,
  children,
  ...page
}: OpenedExecutionProps) {
  const selection = useSelection();
  const select = useSelect();
  const recorded = useRecorded(facts, journal);
  const isPanelOpen = isAnythingChosen(selection);
  return (
    <RunProvider recorded={recorded}>
      <Page
        {...page}
        title={facts.name}
        info={
          <>
            <Status status={facts.isQuarantined ? "QUARANTINED" : facts.status} /> {info}
          </>
        }
        panel={{
          splitPanel: isPanelOpen ? <StatePanel facts={explained} /> : null,
          splitPanelOpen: isPanelOpen,
          onSplitPanelToggle: () => select({ state: undefined, visit: undefined, event: undefined }),
        }}
      >
        <SpaceBetween size="l">
          {children}
          <Failure facts={facts} recorded={recorded} />
          <ExecutionViews facts={facts} recorded={recorded} isLoading={isLoading} />
        </SpaceBetween>
      </Page>
    </RunProvider>
  );
}
