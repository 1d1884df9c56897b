// Logging, tracing and encryption of a state machine: checked as AWS does, kept as the JSON text that was given, and
// echoed with AWS's defaults filled in.
import type { AdmitLogging } from "./context.ts";
import { invalidEncryption, invalidLogging } from "./errors.ts";
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
    const arn = cloudWatchLogsLogGroup?.logGroupArn ?? "";
    if (!arn.startsWith("arn:") || !arn.endsWith(":*")) throw invalidLogging("Log Destination not found.");
  }
}

/** Beyond its form: AWS looks whether the log group is there. */
export async function requireLogGroup(
  { loggingConfiguration: logging }: Configurations,
  stateMachineArn: string,
  admit: AdmitLogging,
): Promise<void> {
  const arn = logging?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  if (arn === undefined || (logging?.level ?? "OFF") === "OFF") return;
  if (!(await admit(arn, stateMachineArn))) throw invalidLogging("Log Destination not found.");
}

function requireEncryption({ type, kmsKeyId, kmsDataKeyReusePeriodSeconds }: EncryptionConfiguration): void {
  if (type === "CUSTOMER_MANAGED_KMS_KEY") {
    if (kmsKeyId === undefined) throw invalidEncryption("kmsKeyId is required for CUSTOMER_MANAGED_KMS_KEY");
  } else if (kmsKeyId !== undefined || kmsDataKeyReusePeriodSeconds !== undefined) {
    throw invalidEncryption("kmsKeyId and kmsDataKeyReusePeriodSeconds are not allowed for AWS_OWNED_KEY");
  }
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
