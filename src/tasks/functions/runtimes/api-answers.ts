// The answers of the Runtime API that are no event, as AWS's Runtime Interface Emulator gives them.
import { maxReplyBytes } from "../invocation.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

export const accepted: ApiAnswer = { status: 202, body: { status: "OK" } };

export const refusal = {
  requestId: error(400, "InvalidRequestID", "Invalid request ID"),
  responseMode: error(400, "InvalidFunctionResponseMode", "Invalid function response mode"),
  tooLarge: error(413, "RequestEntityTooLarge", `Exceeded maximum allowed payload size (${maxReplyBytes} bytes).`),
  transition: (from: string, to: string): ApiAnswer =>
    error(
      403,
      "InvalidStateTransition",
      `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
    ),
};

/** The APIs for extensions are of Lambda's own machines: what asks for them is told so, and goes on without. */
export function refusedElsewhere(path: string): ApiAnswer {
  if (path.startsWith("/2020-01-01/extension/"))
    return error(
      403,
      "Extension.RegistrationClosed",
      "Extension registration closed already: Pawl runs no extensions.",
    );
  if (path.startsWith("/2020-08-15/logs")) return error(202, "Logs.NotSupported", "Logs API is not supported");
  if (path.startsWith("/2022-07-01/telemetry"))
    return error(202, "Telemetry.NotSupported", "Telemetry API is not supported");
  return error(404, "NotFound", "The Runtime API has no such resource.");
}

function error(status: number, errorType: string, errorMessage: string): ApiAnswer {
  return { status, body: { errorMessage, errorType } };
}
