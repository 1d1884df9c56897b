// A dialogue that does one thing: what it is about, what went wrong, and the button that does it. Enter in a field does it too.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useId } from "react";
import { Problem } from "../parts/problem.tsx";

interface DialogProps {
  readonly title: string;
  readonly size?: "medium" | "large";
  /** The word on the button; without one the dialogue has nothing more to do. */
  readonly verb: string | undefined;
  readonly isPending: boolean;
  readonly isDisabled?: boolean;
  readonly error: unknown;
  readonly onDo: () => void;
  readonly onClose: () => void;
  /** Beside the buttons. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Dialog({
  title,
  size,
  verb,
  isPending,
  isDisabled,
  error,
  onDo,
  onClose,
  aside,
  children,
}: DialogProps) {
  const form = useId();
  return (
    <Modal
      visible
      size={size ?? "medium"}
      header={<bdi>{title}</bdi>}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <div className="dialog-footer">
          <span>{aside}</span>
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={onClose}>
                {verb === undefined ? "Close" : "Cancel"}
              </Button>
              {verb === undefined ? null : (
                <Button
                  variant="primary"
                  formAction="submit"
                  form={form}
                  loading={isPending}
                  disabled={isDisabled === true}
                >
                  {verb}
                </Button>
              )}
            </SpaceBetween>
          </Box>
        </div>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isPending && isDisabled !== true) onDo();
        }}
      >
        <SpaceBetween size="m">
          {error === null ? null : <Problem error={error} />}
          {children}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
