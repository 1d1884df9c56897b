// The columns of the executions that the reader wants to see, kept in the browser.

const key = "pawl-execution-columns";
const first: readonly string[] = ["name", "status", "started", "ended", "duration"];

export function keptColumns(): readonly string[] {
  try {
    const kept = localStorage.getItem(key)?.split(",") ?? [];
    return kept.includes("name") ? kept : first;
  } catch {
    // A browser that keeps nothing for pages.
    return first;
  }
}

export function keepColumns(columns: readonly string[]): readonly string[] {
  try {
    localStorage.setItem(key, columns.join(","));
  } catch {
    // They hold for this page view then.
  }
  return columns;
}
