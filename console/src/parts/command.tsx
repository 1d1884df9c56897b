// A command to copy into a terminal.
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

export function Command({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className="command">
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel={`Copy: ${label}`}
        copySuccessText="Copied"
        copyErrorText="The browser did not copy"
      />
    </div>
  );
}
