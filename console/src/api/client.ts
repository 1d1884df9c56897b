// The one way to the server: JSON on this origin, errors as values of one class.
import type { ConsoleError, Login, Session, WaitingAnswer } from "@contract";

/** An answer that is not the one asked for, with the name of the API's error. */
export class ApiError extends Error {
  readonly type: string;
  /** 0 when the server could not be reached. */
  readonly status: number;

  constructor({ __type, message }: ConsoleError, status: number, cause?: unknown) {
    super(message, { cause });
    this.name = "ApiError";
    this.type = __type.replace(/^.*#/, "");
    this.status = status;
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** @throws ApiError */
export async function getJson<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  return ask<Answer>(`/console/${path}${queryText(query)}`, signal === undefined ? {} : { signal });
}

/**
 * Performs an AWS action under the key of the session.
 * @throws ApiError
 */
export async function act<Answer = object>(action: string, input: object, signal?: AbortSignal): Promise<Answer> {
  return ask<Answer>(`/console/actions/${action}`, {
    ...withBody("POST", input),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** @throws ApiError */
export async function answerWaiting(
  task: { readonly executionArn: string; readonly eventId: number },
  answer: WaitingAnswer,
): Promise<void> {
  await ask(`/console/waiting/${encodeURIComponent(task.executionArn)}/${task.eventId}`, withBody("POST", answer));
}

/** @throws ApiError */
export async function logIn(login: Login): Promise<Session> {
  return ask<Session>("/console/session", withBody("POST", login));
}

/** @throws ApiError */
export async function logOut(): Promise<void> {
  await ask("/console/session", { method: "DELETE", headers: { "Content-Type": "application/json" } });
}

export function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}

function withBody(method: string, body: object): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await reach(path, init);
  const text = await response.text();
  const body = parsed(text);
  if (!response.ok) throw new ApiError(errorOf(body, response), response.status);
  return body as Answer;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    const message = "The server cannot be reached. This page goes on by itself when it is back.";
    throw new ApiError({ __type: "Unreachable", message }, 0, error);
  }
}

function parsed(text: string): unknown {
  try {
    return text === "" ? {} : (JSON.parse(text) as unknown);
  } catch {
    // A proxy between may answer with a page: its status says enough.
    return undefined;
  }
}

function errorOf(body: unknown, response: Response): ConsoleError {
  const given = typeof body === "object" && body !== null ? (body as Partial<ConsoleError>) : {};
  return {
    __type: typeof given.__type === "string" ? given.__type : "UnexpectedAnswer",
    message: typeof given.message === "string" ? given.message : `The server answered with status ${response.status}.`,
  };
}
