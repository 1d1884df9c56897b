// The place of rows in a table that has none: that there are none, and how there come to be some.
import Box from "@cloudscape-design/components/box";
import type { ReactNode } from "react";

export function EmptyTable({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Box textAlign="center" padding={{ vertical: "l" }} color="text-body-secondary">
      <Box variant="strong" color="text-body-secondary">
        {title}
      </Box>
      {children === undefined ? null : <div>{children}</div>}
    </Box>
  );
}
