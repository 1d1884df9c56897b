// Views that the reader has named: filters of executions, kept in the browser. They are read as any other text from outside.
import { type ExecutionsSearch, executionsSearch } from "../machines/machine-search.ts";

export interface View {
  readonly name: string;
  readonly filter: ExecutionsSearch;
}

const key = "pawl-execution-views";
const [most, longestName] = [50, 80];

export function keptViews(): readonly View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.slice(0, most).flatMap(viewOf) : [];
  } catch {
    // A browser that keeps nothing for pages, or a text that is no JSON.
    return [];
  }
}

export function keepViews(views: readonly View[]): readonly View[] {
  try {
    localStorage.setItem(key, JSON.stringify(views));
  } catch {
    // They hold for this page view then.
  }
  return views;
}

/** A view of the same name gives way. */
export function withView(views: readonly View[], view: View): readonly View[] {
  return [...views.filter(({ name }) => name !== view.name), view].slice(-most);
}

export function isSameFilter(one: ExecutionsSearch, other: ExecutionsSearch): boolean {
  return JSON.stringify(executionsSearch({ ...one })) === JSON.stringify(executionsSearch({ ...other }));
}

function viewOf(kept: unknown): readonly View[] {
  if (typeof kept !== "object" || kept === null || !("name" in kept) || !("filter" in kept)) return [];
  const { name, filter } = kept;
  if (typeof name !== "string" || name === "" || typeof filter !== "object" || filter === null) return [];
  return [{ name: name.slice(0, longestName), filter: executionsSearch({ ...filter }) }];
}
