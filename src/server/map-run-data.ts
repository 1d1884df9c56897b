// The data of Map Runs: buckets of S3, and local folders that stand for buckets.
import { Targets, type TargetsOptions } from "../aws/targets.ts";
import { createBuckets } from "../mapruns/buckets/create-buckets.ts";
import type { MapRunData } from "../mapruns/ports.ts";
import { sourceOpener } from "../mapruns/readers/open-source.ts";
import { resultsWriter, tryDestination } from "../mapruns/results/write-results.ts";

export interface MapRunDataOptions extends TargetsOptions {
  /** Absolute paths by the names of buckets. */
  readonly folders: ReadonlyMap<string, string>;
  readonly now: () => number;
}

export function mapRunData({ folders, now, ...targets }: MapRunDataOptions): MapRunData {
  const buckets = createBuckets({ folders, targets: new Targets(targets), now });
  return {
    openSource: sourceOpener(buckets),
    writeResults: resultsWriter(buckets),
    tryDestination: (run, signal) => tryDestination(buckets, run, signal),
  };
}
