// All buckets: the local folders of the configuration by their names, and S3 for the others.
import type { Buckets } from "../ports.ts";
import type { Targets } from "../../aws/targets.ts";
import { localFolders } from "./local-folder.ts";
import { s3Of } from "./s3-access.ts";
import { s3Buckets } from "./s3-buckets.ts";
import { waitFor } from "./s3-request.ts";

export interface BucketsOptions {
  /** Absolute paths by the names of buckets. */
  readonly folders: ReadonlyMap<string, string>;
  /** Says where S3 is. */
  readonly targets: Targets;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function createBuckets({ folders, targets, now }: BucketsOptions): Buckets {
  const local = localFolders(folders);
  const s3 = s3Buckets({ find: s3Of(targets), now, wait: waitFor });
  const of = (bucket: string): Buckets => (folders.has(bucket) ? local : s3);
  return {
    list: (bucket, options, signal) => of(bucket).list(bucket, options, signal),
    open: (bucket, key, options, signal) => of(bucket).open(bucket, key, options, signal),
    put: (bucket, key, bytes, signal) => of(bucket).put(bucket, key, bytes, signal),
  };
}
