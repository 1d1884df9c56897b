// A reader has arrived at a page: its title is the document's, and the focus is on its heading, as after the load of a page. The
// very first page of a document leaves the focus where the browser has it.
import { useLocation } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";

let first: string | undefined;
let last: string | undefined;

/** For the heading of a page, which is made anew when its data have come: a focus that went with the old one comes back. */
export function useArrival(title: string): RefObject<HTMLElement | null> {
  const heading = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} – Pawl`;
  }, [title]);
  useEffect(() => {
    first ??= pathname;
    const isNew = last !== undefined && last !== pathname;
    if (isNew) first = "";
    const isLost = first === "" && document.activeElement === document.body;
    last = pathname;
    if (isNew || isLost) heading.current?.focus({ preventScroll: true });
  }, [pathname]);
  return heading;
}
