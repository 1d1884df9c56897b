// Map Runs in tests of the runtime: they go through items of state data, and there are no buckets.
import { mapRunnerOn } from "../mapruns/create-map-runner.ts";

const failure = { error: "States.ItemReaderFailed", cause: "There are no buckets here." };

export const testMapRunner = mapRunnerOn({
  openSource: async () => ({ failure }),
  writeResults: async () => ({ failure }),
  tryDestination: async () => ({ failure }),
});
