// Requests as AWS's own SDK signs them, caught before they are sent, so that a test can change them on the way.
import { SFNClient, type SFNClientConfig, StartExecutionCommand } from "@aws-sdk/client-sfn";

export interface CaughtRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Signer {
  /** Where the request is to go, such as `http://127.0.0.1:8083`. */
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region?: string;
  /** Epoch milliseconds of the signature. */
  readonly now: number;
}

/** StartExecution with an input, signed. */
export async function signedStart(signer: Signer, stateMachineArn: string, input: string): Promise<CaughtRequest> {
  const { url, accessKeyId, secretAccessKey, sessionToken, region = "us-east-1", now } = signer;
  const caught = Promise.withResolvers<CaughtRequest>();
  const requestHandler: NonNullable<SFNClientConfig["requestHandler"]> = {
    handle: ({ body, ...request }: Omit<CaughtRequest, "body"> & { readonly body: string | Uint8Array }) => {
      const { path, headers } = request;
      caught.resolve({ path, headers, body: typeof body === "string" ? body : new TextDecoder().decode(body) });
      return Promise.reject(new Error("The request was caught."));
    },
  };
  const client = new SFNClient({
    endpoint: url,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    systemClockOffset: now - Date.now(),
    maxAttempts: 1,
    requestHandler,
  });
  client.send(new StartExecutionCommand({ stateMachineArn, input })).catch((error: unknown) => caught.reject(error));
  return caught.promise;
}
