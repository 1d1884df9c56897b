// A reader has arrived at a page: its title is the document's, and the focus is on its heading, as after the load of a page. The
// very first page of a document leaves the focus where the browser has it.
import { useLocation } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";

let last: string | undefined;
let hasMoved = false;

/** For the heading of a page, which is made anew when its data have come: a focus that went with the old one comes back. */
export function useArrival(title: string): RefObject<HTMLElement | null> {
  const heading = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} – Pawl`;
  }, [title]);
  useEffect(() => {
    const isNew = last !== undefined && last !== pathname;
    last = pathname;
    hasMoved ||= isNew;
    const isLost = hasMoved && document.activeElement === document.body;
    if (isNew || isLost) heading.current?.focus({ preventScroll: true });
  }, [pathname]);
  return heading;
}
