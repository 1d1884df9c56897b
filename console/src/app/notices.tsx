// Notices of what was done, and of what the server has to say: at the top of every page, read out by screen readers.
import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/client.ts";
import { summaryQuery } from "../api/queries.ts";

export interface Notice {
  readonly id: string;
  readonly type: "success" | "error" | "info";
  readonly text: string;
}

const key = ["notices"];
const iconNames = { success: "Success", error: "Error", info: "Information" } as const;

export function useNotify(): (notice: Omit<Notice, "id">) => void {
  const queries = useQueryClient();
  return (notice) => {
    const added: Notice = { ...notice, id: crypto.randomUUID() };
    change(queries, (notices) => [...notices.slice(-3), added]);
    if (notice.type === "success") setTimeout(() => dismiss(queries, added.id), 8000);
  };
}

export function Notices() {
  const queries = useQueryClient();
  const { data: notices = [] } = useQuery<readonly Notice[]>({
    queryKey: key,
    queryFn: () => [],
    staleTime: Infinity,
    gcTime: Infinity,
  });
  // It is asked for as long as there is no answer, so that it has no error: what it failed with last tells.
  const { failureReason } = useQuery({ ...summaryQuery, enabled: false });
  const isAway = failureReason instanceof ApiError && failureReason.status === 0;
  const away: FlashbarProps.MessageDefinition = {
    id: "away",
    type: "warning",
    statusIconAriaLabel: "Warning",
    content: "The server cannot be reached: what you see is the last that it said. The page tries again.",
  };
  const items = notices.map(({ id, type, text }): FlashbarProps.MessageDefinition => ({
    id,
    type,
    statusIconAriaLabel: iconNames[type],
    content: text,
    dismissible: true,
    dismissLabel: "Dismiss the notice",
    onDismiss: () => dismiss(queries, id),
  }));
  return <Flashbar items={isAway ? [away, ...items] : items} />;
}

function dismiss(queries: QueryClient, id: string): void {
  change(queries, (notices) => notices.filter((notice) => notice.id !== id));
}

function change(queries: QueryClient, edit: (notices: readonly Notice[]) => readonly Notice[]): void {
  queries.setQueryData<readonly Notice[]>(key, (notices = []) => edit(notices));
}
