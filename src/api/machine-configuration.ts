// Logging, tracing and encryption of a state machine: checked as AWS does, kept as the JSON text that was given, and
// echoed with AWS's defaults filled in.
import type { AdmitLogging } from "./context.ts";
import { invalidEncryption, invalidLogging, violation } from "./errors.ts";
import type { EncryptionConfiguration, LoggingConfiguration, TracingConfiguration } from "./model.ts";

export interface Configurations {
  readonly loggingConfiguration?: LoggingConfiguration | undefined;
  readonly tracingConfiguration?: TracingConfiguration | undefined;
  readonly encryptionConfiguration?: EncryptionConfiguration | undefined;
}
/** The configurations as the store keeps them. */
export interface ConfigurationTexts {
  readonly loggingConfiguration?: string | undefined;
  readonly tracingConfiguration?: string | undefined;
  readonly encryptionConfiguration?: string | undefined;
}

export function requireConfigurations({ loggingConfiguration, encryptionConfiguration }: Configurations): void {
  if (loggingConfiguration !== undefined) requireLogging(loggingConfiguration);
  if (encryptionConfiguration !== undefined) requireEncryption(encryptionConfiguration);
}

function requireLogging({ level = "OFF", destinations = [] }: LoggingConfiguration): void {
  if (destinations.length > 1 || (level !== "OFF" && destinations.length === 0)) {
    throw invalidLogging("Must specify exactly one Log Destination.");
  }
  for (const { cloudWatchLogsLogGroup } of destinations) {
    const problem = logGroupProblem(cloudWatchLogsLogGroup?.logGroupArn);
    if (problem !== undefined) throw invalidLogging(problem);
  }
}

function logGroupProblem(arn: string | undefined): string | undefined {
  if (arn === undefined || !arn.startsWith("arn:")) return "Must set valid CloudWatch Log Group ARN.";
  if (!/^arn:[^:]+:logs:[^:]*:[^:]*:log-group:/.test(arn)) return "Provided ARN is not CloudWatch Logs Log Group ARN.";
  return arn.endsWith(":*") ? undefined : "Log Group ARN must be provided with '*' qualifier.";
}

/** Names that CloudWatch's log delivery takes: a machine of another name runs, but cannot log (measured). */
const logResourceId = String.raw`^[0-9A-Za-z.\/\-_:]+$`;

/** Beyond its form: AWS looks whether the log group is there, and whether the machine can log to one. */
export async function requireLogGroup(
  { loggingConfiguration: logging }: Configurations,
  stateMachineArn: string,
  admit: AdmitLogging,
): Promise<void> {
  const arn = logging?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  if (arn === undefined || (logging?.level ?? "OFF") === "OFF") return;
  if (!new RegExp(logResourceId).test(stateMachineArn)) {
    const constraint = `Member must satisfy regular expression pattern: ${logResourceId}`;
    const problem = violation("resourceId", ` '${stateMachineArn}'`, constraint);
    throw invalidLogging(`1 validation error detected: ${problem}`);
  }
  if (!(await admit(arn, stateMachineArn))) throw invalidLogging("Log Destination not found.");
}

function requireEncryption({ type, kmsKeyId, kmsDataKeyReusePeriodSeconds }: EncryptionConfiguration): void {
  if (type === "CUSTOMER_MANAGED_KMS_KEY") {
    if (kmsKeyId === undefined) throw invalidEncryption("Must set a valid kmsKeyId.");
    return;
  }
  for (const [name, value] of Object.entries({ kmsKeyId, kmsDataKeyReusePeriodSeconds })) {
    if (value !== undefined) throw invalidEncryption(`Custom ${name} is not allowed when selecting AWS_OWNED_KEY.`);
  }
}

/** Whether a machine's own configuration asks for traces. */
export function isTraced({ tracingConfiguration }: ConfigurationTexts): boolean {
  return parsed<TracingConfiguration>(tracingConfiguration).enabled === true;
}

export function configurationTexts(given: Configurations): ConfigurationTexts {
  return {
    loggingConfiguration: textOf(given.loggingConfiguration),
    tracingConfiguration: textOf(given.tracingConfiguration),
    encryptionConfiguration: textOf(given.encryptionConfiguration),
  };
}

function textOf(configuration: object | undefined): string | undefined {
  return configuration === undefined ? undefined : JSON.stringify(configuration);
}

/** The configuration as Describe shows it; its text also tells whether two configurations mean the same. */
export function echoedConfigurations(kept: ConfigurationTexts): Required<Configurations> {
  return {
    loggingConfiguration: {
      level: "OFF",
      includeExecutionData: false,
      ...parsed<LoggingConfiguration>(kept.loggingConfiguration),
    },
    tracingConfiguration: { enabled: false, ...parsed<TracingConfiguration>(kept.tracingConfiguration) },
    encryptionConfiguration: {
      type: "AWS_OWNED_KEY",
      ...parsed<EncryptionConfiguration>(kept.encryptionConfiguration),
    },
  };
}

function parsed<Configuration extends object>(text: string | undefined): Partial<Configuration> {
  return text === undefined ? {} : (JSON.parse(text) as Configuration);
}
