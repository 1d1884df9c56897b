// The meanings of events. A stored event means for ever what it meant when it was written: a meaning that changes is a new
// version of its kind, which new events carry, while `apply` keeps what it does with the older ones.
import type { EventBody } from "./event.ts";

type Kind = EventBody["kind"];

/** The kinds that came to mean something else, with all their meanings, the first one first. Others have one meaning. */
const meanings: { readonly [Of in Kind]?: readonly string[] } = {
  TaskScheduled: [
    "The timeout counts from the event.",
    "The timeout counts from the TaskStarted that follows: for an activity, whose worker may come late.",
  ],
  MapStateStarted: [
    "Iterations follow, which are part of the execution.",
    "A Map Run follows, unless the state fails before it: there are no iterations.",
  ],
  ParallelStateStarted: [
    "Branches have the scopes -(id * 4096 + index + 1), which meet those of later events from the 4,097th branch on.",
    "Branches have the scopes -(2 ** 40 + id * 2 ** 20 + index + 1): for more than 4,096 of them.",
  ],
};

/** The newest version of a kind that this build knows. Versions are counted from 1, which an event does not name. */
export function latestVersion(kind: Kind): number {
  return meanings[kind]?.length ?? 1;
}
