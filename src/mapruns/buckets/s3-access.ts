// Where S3 is and who asks: what the calls of other services take too, in the form in which addresses of S3 have buckets.
import type { Credentials } from "../../aws/endpoint.ts";
import type { Targets } from "../../aws/targets.ts";
import { BucketError, sentences } from "./bucket-error.ts";

export interface S3Access {
  /** The bucket's address: keys follow. */
  readonly url: URL;
  readonly region: string;
  readonly credentials: Credentials;
}

/** Asked for each request: credentials expire. @throws BucketError where nothing says where S3 is. */
export type FindS3 = (bucket: string) => Promise<S3Access>;

const s3 = { name: "s3", serviceId: "S3" };

/** Endpoints of emulators and other makers have the bucket in the path; AWS's rules put it before the host where it can be. */
export function s3Of(targets: Targets): FindS3 {
  return async (bucket) => {
    const target = await targets.targetOf(s3);
    if (target.kind === "notConfigured") {
      const folder = `To use a local folder, add "buckets": { ${JSON.stringify(bucket)}: "./folder" } to pawl.config.json.`;
      throw new BucketError("NoSuchBucket", `${sentences.NoSuchBucket} ${target.message} ${folder}`);
    }
    const { region } = target;
    const credentials = await targets.credentialsFor(target).catch((error: unknown) => {
      const none = "There are no credentials to call S3 with, so nothing was called.";
      throw new BucketError("Failed", `${none} ${reasonOf(error)}`, { cause: error });
    });
    if (target.kind === "endpoint") {
      const url = new URL(target.url);
      url.pathname = `${url.pathname.replace(/\/$/, "")}/${bucket}`;
      return { url, region, credentials };
    }
    // The rules are loaded by those who call AWS itself.
    const { awsEndpointOf } = await import("../../aws/aws-endpoints.ts");
    try {
      const { url, signingRegion } = awsEndpointOf("s3", region, { Bucket: bucket });
      return { url, region: signingRegion ?? region, credentials };
    } catch (error) {
      throw new BucketError("Failed", `AWS has no address for the bucket ${bucket}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
