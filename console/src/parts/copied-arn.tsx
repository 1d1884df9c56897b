// An ARN to copy.
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { shownLine } from "./shown-text.ts";

export function CopiedArn({ arn, label }: { readonly arn: string; readonly label: string }) {
  return (
    <span className="arn">
      <CopyToClipboard
        variant="inline"
        textToCopy={arn}
        textToDisplay={shownLine(arn, 200)}
        copyButtonAriaLabel={`Copy the ${label}`}
        copySuccessText="Copied"
        copyErrorText="The browser did not copy"
      />
    </span>
  );
}
