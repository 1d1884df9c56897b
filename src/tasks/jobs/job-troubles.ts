// Answers that are none, and what they say of a job: that the service is to be asked again, that the job is not there, or that nothing
// more is to be learned.
import type { AwsAnswer } from "../../aws/call.ts";

type Trouble = Exclude<AwsAnswer, { readonly kind: "answered" }>;

/** Whether the same question may be answered later, and whether it was one too many. */
export function unavailability(trouble: Trouble): { readonly isThrottled: boolean } | undefined {
  switch (trouble.kind) {
    case "unreachable":
    case "notConfigured":
      return { isThrottled: false };
    case "invalid":
    case "tooLarge":
      return undefined;
    case "refused": {
      const { status, code } = trouble;
      if (status === 429 || throttling.test(code)) return { isThrottled: true };
      return status >= 500 || passing.test(code) ? { isThrottled: false } : undefined;
    }
  }
}

const throttling = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|PriorRequestNotComplete/;
/** Credentials are renewed, clocks set, and servers mended. */
const passing = /Expired|RequestTimeout|Unavailable|Internal|Skewed/;

export function isUnknown(trouble: Trouble): boolean {
  return trouble.kind === "refused" && (/NotFound|DoesNotExist/.test(trouble.code) || trouble.status === 404);
}
