// The events of one visit, each leading to itself in the list of all.
import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import Table from "@cloudscape-design/components/table";
import { isUnlisted } from "@engine/journal/event.ts";
import { exactTimeText } from "../parts/durations.ts";
import type { Run } from "./run.tsx";
import { useSelect } from "./selection.ts";
import type { VisitState } from "@engine/inspection/visit-state.ts";

const most = 200;

export function VisitEvents({ visit, run }: { readonly visit: VisitState; readonly run: Run }) {
  const select = useSelect();
  return (
    <Table
      variant="embedded"
      contentDensity="compact"
      ariaLabels={{ tableLabel: "Events of the visit" }}
      items={visit.events.slice(0, most)}
      columnDefinitions={[
        { id: "id", header: "ID", cell: (event) => (isUnlisted(event) ? "–" : event.id) },
        {
          id: "kind",
          header: "Event",
          isRowHeader: true,
          cell: (event) => (
            <Link
              onFollow={(follow) => {
                follow.preventDefault();
                select({ view: "events", event: run.events.indexOf(event), state: undefined, visit: undefined });
              }}
              href="#"
            >
              {event.kind}
            </Link>
          ),
        },
        { id: "at", header: "Time", cell: (event) => <span className="numeric">{exactTimeText(event.at)}</span> },
      ]}
      footer={
        visit.events.length > most ? (
          <Box color="text-body-secondary">{`The first ${most} of ${visit.events.length.toLocaleString()}.`}</Box>
        ) : null
      }
    />
  );
}
