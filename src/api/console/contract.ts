// The console's own part of the API, as its client sees it: what no AWS action tells. Everything below `/console/` is JSON in
// and out, with the errors of the API as `{ "__type", "message" }`; times are epoch milliseconds. An ARN, a name or an id in a
// path is one segment, percent-encoded. A body has the content type application/json. Types alone stand here: the console imports nothing else of the server.

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
export type StateMachineType = "STANDARD" | "EXPRESS";

/** Every answer with another status than 200. */
export interface ConsoleError {
  /**
   * The name of an AWS error, or one of: `LoginRequiredException` (401: log in, or again), `CrossOriginException` (403),
   * `ThrottlingException` (too many tries to log in), `ServiceUnavailable` (503), `ConsoleResourceNotFound` (404).
   */
  readonly __type: string;
  readonly message: string;
}

// Session. `GET /console/session`, `POST /console/session` with a Login, `DELETE /console/session`.

/** Answered to everybody, also before the login. */
export interface Session {
  /** Without keys there is no login, and everybody may do everything. */
  readonly isAuthOn: boolean;
  readonly login?: SessionLogin | undefined;
}

export interface SessionLogin {
  readonly accessKeyId: string;
  /** As AWS's messages name the user. */
  readonly userArn: string;
  readonly expiresAt: number;
  /** The actions that the key has on some resource at least: what is missing is refused wherever it is tried. */
  readonly actions: readonly string[];
}

export interface Login {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

// Actions. `POST /console/actions/{Action}` with the input of the AWS action answers with its output, as AWS JSON 1.0 does, under
// the key of the session. Times in it are AWS's: epoch seconds.

// Executions. `GET /console/executions?stateMachine={arn}` with the members of ExecutionsQuery, and
// `GET /console/executions/{arn}`. Express executions are among them.

/** The query of a list, newest first (by the time of the end, of a redrive or of the start, as AWS orders them). */
export interface ExecutionsQuery {
  /** The ARN of a machine, of a version or of an alias. */
  readonly stateMachine: string;
  readonly status?: ExecutionStatus | undefined;
  /** "true" or "false". */
  readonly redriven?: string | undefined;
  /** A part of the name, in any case of letters. */
  readonly name?: string | undefined;
  /** Epoch milliseconds, both included, of the time that the list goes by. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** 1 to 200; 50 when absent. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

export interface ExecutionsPage {
  readonly executions: readonly ExecutionRow[];
  /** Absent at the end. A page may have fewer rows than asked for, or none, and go on: the search looks at so many at a time. */
  readonly next?: string | undefined;
}

export interface ExecutionRow {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** Without the UUID that Express adds to it. */
  readonly name: string;
  readonly type: StateMachineType;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number | undefined;
  readonly versionArn?: string | undefined;
  readonly aliasArn?: string | undefined;
  readonly redriveCount: number;
  readonly redrivenAt?: number | undefined;
  /** Id of the newest event. */
  readonly lastEventId: number;
  /** A bug of Pawl has stopped it: another version takes it up, StopExecution ends it. */
  readonly isQuarantined: boolean;
}

/** The facts that a fold of the journal begins with (`FoldIdentity` of the engine), and what the page shows above it. */
export interface ExecutionFacts extends ExecutionRow {
  readonly stateMachineName: string;
  readonly machineStatus: "ACTIVE" | "DELETING" | "DELETED";
  /** The definition that the execution is pinned to, its text as it was given; absent without DescribeStateMachineForExecution. */
  readonly definition?: string | undefined;
  readonly revisionId?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly traceHeader?: string | undefined;
  /** The execution whose task waits for the end of this one. */
  readonly parentExecutionArn?: string | undefined;
  /** The Map Run that it is a child execution of. */
  readonly mapRunArn?: string | undefined;
  readonly redrive: { readonly isPossible: boolean; readonly reason?: string | undefined };
  /** Without the right to GetExecutionHistory no data is shown: payloads are withheld, causes left out. */
  readonly isDataShown: boolean;
}

// Journal. `GET /console/executions/{arn}/journal?after={row}&data=short` and
// `GET /console/executions/{arn}/events/{id}/data`.

/**
 * The data of events: `none` withholds every payload, `short` those of more than 16 KiB (the default), `full` no payload.
 * Without the right to see data, none is shown. Task tokens are never shown, wherever they stand.
 */
export type DataShown = "none" | "short" | "full";

export interface JournalPage {
  readonly rows: readonly JournalRowText[];
  /** The `after` of the next page, and of a stream that goes on here. */
  readonly next: number;
  /** Whether there was nothing behind this page when it was read. */
  readonly isComplete: boolean;
}

/** Some events that were committed together. */
export interface JournalRowText {
  /** Ascending in the order of commits, over all executions. */
  readonly id: number;
  /**
   * For `decodeEvents` of the engine's event-codec. A payload that is withheld is a small one in its place, which
   * `withheldOf` of the engine's journal/withheld.ts tells from others.
   */
  readonly events: string;
}

/** All payloads of one event, in full; unlisted events, which have the id of the listed one before them, have none. */
export interface EventData {
  readonly eventId: number;
  readonly data: readonly EventDatum[];
}

export interface EventDatum {
  /** The member of the event: `input`, `output`, `parameters` or `assigned`. */
  readonly member: string;
  /** The variable, where the member is `assigned`. */
  readonly variable?: string | undefined;
  /** JSON text as it is stored, but for task tokens. */
  readonly text: string;
}

// Stream. `GET /console/stream?execution={arn}&execution={arn}&stateMachine={arn}&machines=all&data=short&after={row}` sends
// server-sent events about all that is named (16 names at most), and `GET /console/executions/{arn}/stream` about that
// execution; one stream for a tab is best. The id of a message is a row of the journal, up to which everything was sent:
// EventSource sends it as Last-Event-ID when it connects again, and nothing in between is lost, while a row may come twice.
// `after` says where a first connection begins; now, when absent. Every 15 seconds comes a comment, with an id.

/** The names of server-sent events with the JSON of their data. */
export interface StreamMessages {
  /** The first message: the stream is open, and begins behind that row. */
  readonly open: { readonly row: number };
  /** A row of an execution that is named in the query, in order; `short` data by default. */
  readonly journal: StreamedRow;
  /** Executions of machines that are named in the query, as they are now. */
  readonly executions: readonly ExecutionRow[];
  /**
   * Something of these machines has changed: too many executions to name each, executions of a machine that is not named (for
   * `machines=all`), or it may have changed while the client was away. Read their lists again; all lists, where none is named.
   */
  readonly machines: { readonly stateMachineArns?: readonly string[] | undefined };
  /** Too much has happened for the queue, or while the client was away: read on from the row that you have, then lists again. */
  readonly resync: { readonly row: number };
  /** The session has come to its end; the stream closes. */
  readonly logout: Readonly<Record<string, never>>;
}

export interface StreamedRow extends JournalRowText {
  readonly executionArn: string;
}

// Summary. `GET /console/summary`, and `GET /console/machines?after={next}` for further machines.

export interface Summary extends MachinesPage {
  readonly version: string;
  readonly region: string;
  readonly account: string;
  /** The server's clock, for ages. */
  readonly now: number;
  readonly session: Session;
  /** Executions that a bug of Pawl has stopped. */
  readonly quarantined: readonly QuarantinedExecution[];
  readonly quarantinedCount: number;
  readonly activities: readonly ActivityCount[];
  readonly waiting: WaitingCount;
  readonly firstRun: FirstRun;
}

export interface MachinesPage {
  /** By name; those that the key may list the executions of. */
  readonly machines: readonly MachineCounts[];
  readonly next?: string | undefined;
}

export interface MachineCounts {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: StateMachineType;
  readonly status: "ACTIVE" | "DELETING" | "DELETED";
  readonly createdAt: number;
  /** Executions by status. A count that has reached `mostCounted` says: as many, or more. */
  readonly counts: Readonly<Record<ExecutionStatus, number>>;
  readonly mostCounted: number;
  /** The execution that is first in the list of the machine. */
  readonly newest?: ExecutionRow | undefined;
}

export interface QuarantinedExecution {
  readonly executionArn: string;
  readonly since: number;
  /** The version of Pawl that met its bug. */
  readonly version: string;
}

export interface ActivityCount {
  readonly activityArn: string;
  readonly name: string;
  /** Tasks that no worker has taken. */
  readonly queued: number;
  /** Workers that ask for a task at this moment. */
  readonly workers: number;
}

/** The number of tasks that wait for an answer, as far as one page of them tells. */
export interface WaitingCount {
  readonly count: number;
  /** Whether there may be more. */
  readonly isMore: boolean;
}

/** The three things to do first, and whether they were done. The endpoint for commands is the page's own origin. */
export interface FirstRun {
  readonly hasMachine: boolean;
  readonly hasExecution: boolean;
  readonly hasSuccess: boolean;
}

// Inbox. `GET /console/waiting?after={next}` lists the tasks that wait for a token or a worker;
// `POST /console/waiting/{executionArn}/{eventId}` with a WaitingAnswer sends SendTaskSuccess or SendTaskFailure.

export interface WaitingPage {
  readonly tasks: readonly WaitingTask[];
  /** Absent at the end. A page may have few tasks, or none, and go on. */
  readonly next?: string | undefined;
}

export interface WaitingTask {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly executionName: string;
  /** The TaskScheduled event. */
  readonly eventId: number;
  readonly state: string;
  /** The resource as the definition has it, without what may be secret. */
  readonly resource: string;
  readonly kind: "activity" | "callback";
  /** A worker has the task of the activity. */
  readonly isTaken: boolean;
  readonly since: number;
  /** When it times out. */
  readonly deadline?: number | undefined;
  /** By when it must show life. */
  readonly heartbeatDeadline?: number | undefined;
  /** The parameters, without the token; absent without the right to see data, and above 16 KiB. */
  readonly parameters?: string | undefined;
}

export type WaitingAnswer =
  /** `output` is JSON text. */
  | { readonly outcome: "success"; readonly output: string }
  | { readonly outcome: "failure"; readonly error?: string | undefined; readonly cause?: string | undefined };
