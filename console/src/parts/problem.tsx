// An error where it happened: the API's name for it, what it says, and a way to try again.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { ApiError } from "../api/client.ts";
import { shownText } from "./shown-text.ts";

export function Problem({ error, onRetry }: { readonly error: unknown; readonly onRetry?: (() => void) | undefined }) {
  const action =
    onRetry === undefined || isFinal(error) ? undefined : (
      <Button formAction="none" onClick={onRetry}>
        Try again
      </Button>
    );
  return (
    <Alert type="error" header={headerOf(error)} action={action}>
      <span className="foreign">{shownText(error instanceof Error ? error.message : String(error))}</span>
    </Alert>
  );
}

function headerOf(error: unknown): string {
  if (!(error instanceof ApiError)) return "Something in this page went wrong";
  if (error.status === 0) return "No connection";
  if (error.type === "AccessDeniedException") return "Your key does not allow this";
  const words = error.type.replace(/Exception$/, "").replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ");
  return `${words.slice(0, 1)}${words.slice(1).toLowerCase()}`;
}

/** There is no such thing, and asking again brings none about. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && /DoesNotExist$|NotFound$|^InvalidArn$/.test(error.type);
}
