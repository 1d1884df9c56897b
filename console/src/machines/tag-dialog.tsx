// Adds a tag, or gives one another value.
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { ActionDialog } from "../actions/action-dialog.tsx";
import type { Tags } from "../api/aws-shapes.ts";
import { shownLine } from "../parts/shown-text.ts";

export type Tag = Tags["tags"][number];

interface TagDialogProps {
  readonly resourceArn: string;
  /** Absent for a new one. */
  readonly tag: Tag | undefined;
  readonly onDone: () => unknown;
  readonly onClose: () => void;
}

export function TagDialog({ resourceArn, tag, onDone, onClose }: TagDialogProps) {
  const [key, setKey] = useState(tag?.key ?? "");
  const [value, setValue] = useState(tag?.value ?? "");
  return (
    <ActionDialog
      action="TagResource"
      input={{ resourceArn, tags: [{ key, value }] }}
      title={tag === undefined ? "Add tag" : `Change the tag ${shownLine(tag.key, 80)}`}
      verb={tag === undefined ? "Add" : "Change"}
      onDone={onDone}
      onClose={onClose}
    >
      {tag === undefined ? (
        <FormField label="Key" description="1 to 128 characters. A key that is there already gets the value." stretch>
          <Input value={key} onChange={({ detail }) => setKey(detail.value)} spellcheck={false} autoFocus />
        </FormField>
      ) : null}
      <FormField label="Value" description="At most 256 characters." stretch>
        <Input value={value} onChange={({ detail }) => setValue(detail.value)} spellcheck={false} />
      </FormField>
    </ActionDialog>
  );
}
