// Requests of AWS JSON over kept-alive connections of undici: an AWS SDK would be busier than what it measures.
import { Pool } from "undici";

export type Answer = Readonly<Record<string, unknown>>;

export interface Client {
  /** Performs one action; the answer is parsed. @throws Error for any status but 200. */
  call(action: string, input: object): Promise<Answer>;
  /** As `call`, with a body that is ready to be sent. */
  send(action: string, body: string): Promise<Answer>;
  close(): Promise<void>;
}

export function connect(url: string, connections: number): Client {
  const pool = new Pool(url, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const send = async (action: string, body: string): Promise<Answer> => {
    const { statusCode, body: answer } = await pool.request({
      path: "/",
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` },
      body,
    });
    const text = await answer.text();
    if (statusCode !== 200) throw new Error(`${action} was answered with ${statusCode}: ${text}`);
    return JSON.parse(text) as Answer;
  };
  return {
    send,
    call: (action, input) => send(action, JSON.stringify(input)),
    close: () => pool.destroy(),
  };
}

/** Creates a state machine and gives its ARN. */
export async function createMachine(
  client: Client,
  { name, definition, type = "STANDARD" }: { name: string; definition: object; type?: "STANDARD" | "EXPRESS" },
): Promise<string> {
  const { stateMachineArn } = await client.call("CreateStateMachine", {
    name,
    type,
    definition: JSON.stringify(definition),
    roleArn: "arn:aws:iam::123456789012:role/bench",
  });
  return String(stateMachineArn);
}
