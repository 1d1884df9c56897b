// The errors of the API: one row per name with its HTTP status, and AWS's message for each case. `ApiError` is thrown in
// src/api only. Statuses are 400 throughout because that is what was recorded, whatever the documentation says.
import { CommitError, StoppingError } from "../runtime/executions/committer.ts";
import { MemorySpentError } from "../runtime/memory-budget.ts";
import { quotaTexts } from "../runtime/starts/quotas.ts";
import {
  DiskFailedError,
  LeaseLostError,
  NotOwnerError,
  OutcomeUnknownError,
  StoreAwayError,
} from "../store/errors.ts";

const statuses = {
  AccessDeniedException: 400,
  ActivityAlreadyExists: 400,
  ActivityDoesNotExist: 400,
  ActivityLimitExceeded: 400,
  ActivityWorkerLimitExceeded: 400,
  ExecutionAlreadyExists: 400,
  ExecutionDoesNotExist: 400,
  ExecutionLimitExceeded: 400,
  ExecutionNotRedrivable: 400,
  ConflictException: 400,
  ConsoleResourceNotFound: 404,
  CrossOriginException: 403,
  IncompleteSignatureException: 400,
  InternalFailure: 500,
  InvalidArn: 400,
  InvalidDefinition: 400,
  InvalidEncryptionConfiguration: 400,
  InvalidExecutionInput: 400,
  InvalidLoggingConfiguration: 400,
  InvalidName: 400,
  InvalidOutput: 400,
  InvalidSignatureException: 400,
  InvalidToken: 400,
  LoginRequiredException: 401,
  MissingAuthenticationTokenException: 400,
  MissingRequiredParameter: 400,
  RequestEntityTooLargeException: 413,
  ResourceNotFound: 400,
  SerializationException: 400,
  ServiceUnavailable: 503,
  ServiceQuotaExceededException: 400,
  StateMachineAlreadyExists: 400,
  StateMachineDeleting: 400,
  StateMachineDoesNotExist: 400,
  StateMachineLimitExceeded: 400,
  StateMachineTypeNotSupported: 400,
  TaskTimedOut: 400,
  ThrottlingException: 400,
  TooManyTags: 400,
  UnknownOperationException: 400,
  UnrecognizedClientException: 400,
  ValidationException: 400,
} as const satisfies Readonly<Record<string, number>>;

export type ApiErrorName = keyof typeof statuses;

/** Members of an error beside its message: `reason`, `resourceName`. */
export type ErrorMembers = Readonly<Record<string, string>>;

/** An answer to the caller, not a fault of the server: its message is shown as it stands. */
export class ApiError extends Error {
  override readonly name: ApiErrorName;
  readonly members: ErrorMembers;

  constructor(name: ApiErrorName, message: string, members: ErrorMembers = {}) {
    super(message);
    this.name = name;
    this.members = members;
  }

  get status(): number {
    return statuses[this.name];
  }
}

/** @param shown the value with the space before it, or nothing where the value is sensitive. */
export function violation(path: string, shown: string, constraint: string): string {
  return `Value${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

export function validationErrors(violations: readonly string[]): ApiError {
  const count = violations.length;
  const message = `${count} validation error${count === 1 ? "" : "s"} detected: ${violations.join("; ")}`;
  return new ApiError("ValidationException", message);
}

export const missingParameter = (message: string): ApiError =>
  new ApiError("ValidationException", message, { reason: "MISSING_REQUIRED_PARAMETER" });
export const invalidArn = (problem: string): ApiError => new ApiError("InvalidArn", `Invalid Arn: '${problem}'`);
export const invalidRoleArn = (arn: string): ApiError => new ApiError("InvalidArn", `Invalid Role Arn: '${arn}'`);
export const invalidName = (name: string): ApiError => new ApiError("InvalidName", `Invalid Name: '${name}'`);
export const invalidToken = (): ApiError => new ApiError("InvalidToken", "Invalid Token: 'Invalid token'");
export const invalidInput = (problem: string): ApiError =>
  new ApiError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${problem}'`);
export const invalidOutput = (problem: string): ApiError =>
  new ApiError("InvalidOutput", `Invalid Output: '${problem}'`);
export const invalidLogging = (problem: string): ApiError =>
  new ApiError("InvalidLoggingConfiguration", `Invalid Logging Configuration: ${problem}`);
export const invalidEncryption = (problem: string): ApiError =>
  new ApiError("InvalidEncryptionConfiguration", `Invalid Encryption Configuration: ${problem}`);
export const stateMachineMissing = (arn: string): ApiError =>
  new ApiError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
export const stateMachineDeleting = (arn: string): ApiError =>
  new ApiError("StateMachineDeleting", `State Machine is being deleted: '${arn}'`);
export const stateMachineExists = (arn: string): ApiError =>
  new ApiError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
export const typeNotSupported = (): ApiError =>
  new ApiError("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine");
export const executionMissing = (arn: string): ApiError =>
  new ApiError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
export const executionNotRedrivable = (reason: string): ApiError =>
  new ApiError("ExecutionNotRedrivable", `Execution is not redrivable: ${reason}`);
export const executionExists = (arn: string): ApiError =>
  new ApiError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
export const activityMissing = (arn: string): ApiError =>
  new ApiError("ActivityDoesNotExist", `Activity Does Not Exist: '${arn}'`);
export const activityExists = (arn: string): ApiError =>
  new ApiError("ActivityAlreadyExists", `Activity Already Exists: '${arn}'`);
export const resourceMissing = (arn: string): ApiError =>
  new ApiError("ResourceNotFound", `Resource not found: '${arn}'`, { resourceName: arn });
/** The messages about versions and aliases that are not there. */
export const referenceMissing = (): ApiError =>
  new ApiError("ResourceNotFound", "Request references a resource that does not exist.");
export const conflict = (problem: string): ApiError => new ApiError("ConflictException", problem);
export const quotaExceeded = (problem: string): ApiError => new ApiError("ServiceQuotaExceededException", problem);
/** An account has as many as it may have. */
export const limitExceeded = (name: keyof typeof quotaTexts, limit: number): ApiError =>
  new ApiError(name, quotaTexts[name](limit));
export const taskTimedOut = (): ApiError =>
  new ApiError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
export const tooManyTags = (arn: string): ApiError =>
  new ApiError("TooManyTags", `Too many tags: '${arn}' can have 50 tags at most`, { resourceName: arn });
export const missingToken = (): ApiError =>
  new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
export const incompleteSignature = (problem: string): ApiError => new ApiError("IncompleteSignatureException", problem);
export const invalidSignature = (problem: string): ApiError => new ApiError("InvalidSignatureException", problem);
export const unrecognizedClient = (): ApiError =>
  new ApiError("UnrecognizedClientException", "The security token included in the request is invalid.");
export const accessDenied = (user: string, action: string, resource: string): ApiError =>
  new ApiError(
    "AccessDeniedException",
    `User: ${user} is not authorized to perform: states:${action} on resource: ${resource} ` +
      `because no identity-based policy allows the states:${action} action`,
  );
export const rateExceeded = (): ApiError => new ApiError("ThrottlingException", "Rate exceeded");

export const loginRequired = (): ApiError =>
  new ApiError("LoginRequiredException", "Log in to the console with an access key of this server.");
/** The same for an unknown key and for a wrong secret. */
export const loginRefused = (): ApiError =>
  new ApiError("UnrecognizedClientException", "This server has no access key of that name with that secret.");
export const tooManyLogins = (): ApiError =>
  new ApiError("ThrottlingException", "Too many attempts to log in from this address. Try again in a few seconds.");
export const nothingInConsole = (problem: string): ApiError => new ApiError("ConsoleResourceNotFound", problem);
export const tooManyStreams = (most: number): ApiError =>
  new ApiError("ServiceUnavailable", `The server has ${most} streams open, as many as it may. Close another page.`);

const internalFailure = new ApiError(
  "InternalFailure",
  "The server failed to process the request. Its log holds the reason under the request id of this answer.",
);

const unavailable = (problem: string): ApiError => new ApiError("ServiceUnavailable", problem);

export const serverStopping = unavailable(
  "The server is stopping and has not finished this request. Send it again when a server is there.",
);
const dataTaken = unavailable(
  "This server has lost its data: another process has taken them over, or they were moved away. Nothing was changed, and " +
    "it is stopping. Send the request again to the server that has the data.",
);

const ownerless = unavailable(
  "No node has what this request is about for now, so nothing was changed. Another takes it over within seconds: send the " +
    "request again.",
);
const outcomeUnknown = new ApiError(
  "InternalFailure",
  "A connection was lost while this request was being performed, and nobody can say whether it was. Look, or send it again " +
    "where it may be performed twice.",
);
const diskFailed = new ApiError(
  "InternalFailure",
  "The disk under the server's store failed while this request was being performed, and nobody can say whether it was " +
    "stored. The server is stopping: look at the disk, start it again, and look what is there.",
);

const storeProblems = {
  away:
    "The server's database cannot be reached, so nothing was changed. The server goes on looking for it: send the request " +
    "again later.",
  full: "The disk under the server's store is full, so nothing was changed. Free some space, then send the request again.",
  denied:
    "The server may not write to its store, so nothing was changed. Make its data directory, and the files in it, writable " +
    "for its user; then send the request again.",
  locked:
    "Another program has locked the server's store, so nothing was changed. Stop what uses it, then send the request again.",
  crowded:
    "The server has no more files to open, so nothing was changed. Raise their limit, or send the request again later.",
  broken:
    "The server cannot write to its store, so nothing was changed. Its log says why; look at the disk, then send the request " +
    "again.",
} as const;
type StoreProblem = keyof typeof storeProblems;

const systemCodes: ReadonlyMap<unknown, StoreProblem> = new Map([
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["EROFS", "denied"],
  ["EACCES", "denied"],
  ["EIO", "broken"],
  ["EMFILE", "crowded"],
  ["ENFILE", "crowded"],
]);
/** SQLite's primary result codes (sqlite.org/rescode.html). */
const sqliteCodes: ReadonlyMap<number, StoreProblem> = new Map([
  [5, "locked"],
  [6, "locked"],
  [8, "denied"],
  [10, "broken"],
  [13, "full"],
  [14, "denied"],
]);

const memorySpent = unavailable(
  "The server has no memory left for another execution, so nothing was changed. Send the request again once some of those " +
    "that run have ended, or give the server more memory: NODE_OPTIONS=--max-old-space-size=<megabytes>.",
);

/** The answer for anything that was thrown: internals stay inside. */
export function answerFor(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const causes = causesOf(thrown);
  if (causes.some((cause) => cause instanceof MemorySpentError)) return memorySpent;
  if (causes.some((cause) => cause instanceof StoppingError)) return serverStopping;
  if (causes.some((cause) => cause instanceof LeaseLostError)) return dataTaken;
  if (causes.some((cause) => cause instanceof DiskFailedError)) return diskFailed;
  if (causes.some((cause) => cause instanceof OutcomeUnknownError)) return outcomeUnknown;
  if (causes.some((cause) => cause instanceof NotOwnerError)) return ownerless;
  if (causes.some((cause) => cause instanceof StoreAwayError)) return unavailable(storeProblems.away);
  const problem = causes.map(storeProblemOf).find((found) => found !== undefined);
  if (problem !== undefined) return unavailable(storeProblems[problem]);
  return causes.some((cause) => cause instanceof CommitError) ? unavailable(storeProblems.broken) : internalFailure;
}

/** Whether what was thrown is a fault of the server, which its operator must hear of. */
export function isFault(answer: ApiError, thrown: unknown): boolean {
  return answer.status >= 500 && answer !== thrown && answer !== serverStopping;
}

/** An error and what caused it. */
function causesOf(thrown: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let cause = thrown; cause instanceof Error && causes.length < 8; { cause } = cause) causes.push(cause);
  return causes;
}

function storeProblemOf(error: Error): StoreProblem | undefined {
  const sqliteCode = "errcode" in error ? error.errcode : undefined;
  const found = typeof sqliteCode === "number" ? sqliteCodes.get(sqliteCode & 0xff) : undefined;
  return found ?? systemCodes.get("code" in error ? error.code : undefined);
}
