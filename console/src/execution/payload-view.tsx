// A payload of an event: as a tree, or, where it was left out, its size and a way to load it.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useQuery } from "@tanstack/react-query";
import type { Payload } from "@asl/payload.ts";
import { type Withheld, withheldOf } from "@engine/journal/withheld.ts";
import type { EventData } from "@contract";
import { getJson } from "../api/client.ts";
import { bytesText } from "../parts/durations.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Problem } from "../parts/problem.tsx";

interface PayloadViewProps {
  readonly payload: Payload | undefined;
  readonly label: string;
  readonly executionArn: string;
}

export function PayloadView({ payload, label, executionArn }: PayloadViewProps) {
  if (payload === undefined) return <Box color="text-body-secondary">There is none yet.</Box>;
  const withheld = withheldOf(payload);
  if (withheld === undefined) return <JsonView text={payload.text} label={label} />;
  if (withheld.reason === "rights") {
    return <Box color="text-body-secondary">Your key does not allow to see data (states:GetExecutionHistory).</Box>;
  }
  return <LargeData key={withheld.eventId} withheld={withheld} label={label} executionArn={executionArn} />;
}

function LargeData({
  withheld,
  label,
  executionArn,
}: {
  readonly withheld: Withheld;
  readonly label: string;
  readonly executionArn: string;
}) {
  const { eventId, member, variable, bytes } = withheld;
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["data", executionArn, eventId],
    queryFn: ({ signal }) =>
      getJson<EventData>(`executions/${encodeURIComponent(executionArn)}/events/${eventId}/data`, {}, signal),
    enabled: false,
    staleTime: Infinity,
  });
  const datum = data?.data.find((one) => one.member === member && one.variable === variable);
  if (datum !== undefined) return <JsonView text={datum.text} label={label} />;
  if (data !== undefined) return <Box color="text-body-secondary">The server does not have these data any more.</Box>;
  return (
    <>
      {error === null ? null : <Problem error={error} />}
      <Button loading={isFetching} iconName="download" onClick={() => void refetch()}>
        {bytes === undefined ? "Load the data" : `Load ${bytesText(bytes)}`}
      </Button>
    </>
  );
}
