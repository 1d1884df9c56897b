// All that one event says.
import Box from "@cloudscape-design/components/box";
import KeyValuePairs, { type KeyValuePairsProps } from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Payload } from "@asl/payload.ts";
import { isUnlisted, type JournalEvent } from "@engine/journal/event.ts";
import type { ExecutionFacts } from "@contract";
import { exactTimeText, timeText } from "../parts/durations.ts";
import { LongText } from "../parts/long-text.tsx";
import { PayloadView } from "./payload-view.tsx";

const headerMembers = new Set(["id", "at", "kind", "previousEventId", "version", "assigned", "token"]);

export function EventDetails({ event, facts }: { readonly event: JournalEvent; readonly facts: ExecutionFacts }) {
  const members = Object.entries(event).filter(([name, value]) => !headerMembers.has(name) && value !== undefined);
  const payloads = members.filter((member): member is [string, Payload] => member[1] instanceof Payload);
  const assigned = event.kind === "StateExited" ? Object.entries(event.assigned ?? {}) : [];
  const facets: KeyValuePairsProps.Item[] = [
    { label: "Kind", value: event.kind },
    { label: "Time", value: `${timeText(event.at)} (${exactTimeText(event.at)})` },
    { label: "Follows event", value: event.previousEventId === 0 ? "–" : event.previousEventId },
    ...members
      .filter(([, value]) => !(value instanceof Payload))
      .map(([name, value]) => ({
        label: labelOf(name),
        value: <LongText text={textOf(name, value)} />,
      })),
  ];
  return (
    <SpaceBetween size="m">
      {isUnlisted(event) ? (
        <Box color="text-body-secondary">Pawl keeps this event beside those that GetExecutionHistory shows.</Box>
      ) : null}
      <KeyValuePairs columns={2} minColumnWidth={110} items={facets} />
      {[...payloads, ...assigned.map(([name, value]): [string, Payload] => [`$${name}`, value])].map(
        ([name, value]) => (
          <div key={name}>
            <Box variant="awsui-key-label">{labelOf(name)}</Box>
            <PayloadView payload={value} label={name} executionArn={facts.executionArn} />
          </div>
        ),
      )}
    </SpaceBetween>
  );
}

function labelOf(member: string): string {
  const words = member.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1).toLowerCase()}`;
}

function textOf(member: string, value: unknown): string {
  if (member === "until" && typeof value === "number") return `${timeText(value)} (${exactTimeText(value)})`;
  return typeof value === "string" ? value : JSON.stringify(value);
}
