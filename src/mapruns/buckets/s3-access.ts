// Where S3 is and who asks: what the calls of other services take too, in the form in which addresses of S3 have buckets.
import type { Credentials } from "../../aws/endpoint.ts";
import type { Targets } from "../../aws/targets.ts";
import { BucketError, sentences } from "./bucket-error.ts";

export interface S3Access {
  /** Addresses begin with it. */
  readonly url: URL;
  /** The bucket is in the path; else before the host. */
  readonly isPathStyle: boolean;
  readonly region: string;
  readonly credentials: Credentials;
}

/** Asked for each request: credentials expire. @throws BucketError where nothing says where S3 is. */
export type FindS3 = (bucket: string) => Promise<S3Access>;

const s3 = { name: "s3", serviceId: "S3" };

/** Endpoints of emulators and other makers have the bucket in the path, AWS before the host where its name has no dots. */
export function s3Of(targets: Targets): FindS3 {
  return async (bucket) => {
    const target = await targets.targetOf(s3);
    if (target.kind === "notConfigured") {
      const folder = `To use a local folder, add "buckets": { ${JSON.stringify(bucket)}: "./folder" } to pawl.config.json.`;
      throw new BucketError("NoSuchBucket", `${sentences.NoSuchBucket} ${target.message} ${folder}`);
    }
    const { region } = target;
    const credentials = await targets.credentialsFor(target);
    if (target.kind === "endpoint") return { url: target.url, isPathStyle: true, region, credentials };
    const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return { url: new URL(`https://s3.${region}.${domain}`), isPathStyle: bucket.includes("."), region, credentials };
  };
}
