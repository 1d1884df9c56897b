// The palette behind ⌘K: every page, machine and newest execution by a few letters of its name, or an execution by its ARN.
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { MachineCounts } from "@contract";
import { summaryQuery } from "../api/queries.ts";
import { executionNameOf } from "../parts/arn.ts";
import { shownLine } from "../parts/shown-text.ts";
import type { Target } from "./router-link.tsx";
import "./palette.css";

const id = "palette";

export function openPalette(): void {
  const dialog = document.querySelector<HTMLDialogElement>(`#${id}`);
  if (dialog !== null && !dialog.open) dialog.showModal();
}

interface Entry {
  readonly key: string;
  readonly text: string;
  readonly kind: string;
  readonly target: Target;
}

export function Palette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [sought, setSought] = useState("");
  const [position, setPosition] = useState(0);
  const { data } = useQuery({ ...summaryQuery, enabled: false });
  const router = useRouter();
  const listId = useId();
  const found = foundIn(entriesOf(data?.machines ?? []), sought.trim());
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      openPalette();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const go = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    dialog.current?.close();
    void router.navigate(entry.target as never);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setPosition((position + step + found.length) % Math.max(1, found.length));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      go(found[position]);
    }
  };
  return (
    <dialog
      ref={dialog}
      id={id}
      className="palette"
      aria-label="Go to"
      onClose={() => {
        setSought("");
        setPosition(0);
      }}
    >
      <input
        role="combobox"
        aria-label="Go to a page, a state machine or an execution"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[position] === undefined ? undefined : `${listId}-${position}`}
        placeholder="Go to a page, a state machine, or an execution's ARN"
        value={sought}
        spellCheck={false}
        onChange={(event) => {
          setSought(event.target.value);
          setPosition(0);
        }}
        onKeyDown={onKeyDown}
      />
      <Found id={listId} entries={found} position={position} onPoint={setPosition} onGo={go} />
      {found.length === 0 ? <p>Nothing has this name.</p> : null}
    </dialog>
  );
}

interface FoundProps {
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly position: number;
  readonly onPoint: (position: number) => void;
  readonly onGo: (entry: Entry) => void;
}

function Found({ id: listId, entries, position, onPoint, onGo }: FoundProps) {
  return (
    <ul id={listId} role="listbox" aria-label="Found">
      {entries.map((entry, index) => (
        <li
          key={entry.key}
          id={`${listId}-${index}`}
          role="option"
          aria-selected={index === position}
          onPointerMove={() => onPoint(index)}
          onClick={() => onGo(entry)}
        >
          <bdi>{shownLine(entry.text, 100)}</bdi>
          <span>{entry.kind}</span>
        </li>
      ))}
    </ul>
  );
}

const pages: readonly Entry[] = [
  { key: "machines", text: "State machines", kind: "Page", target: { to: "/" } },
  { key: "inbox", text: "Inbox", kind: "Page", target: { to: "/inbox" } },
  { key: "activities", text: "Activities", kind: "Page", target: { to: "/activities" } },
  { key: "history", text: "Open a history file", kind: "Page", target: { to: "/history" } },
  { key: "new", text: "Create state machine", kind: "Action", target: { to: "/machines/new" } },
];

function entriesOf(machines: readonly MachineCounts[]): readonly Entry[] {
  return [
    ...pages,
    ...machines.flatMap(({ stateMachineArn, name, newest }): readonly Entry[] => {
      const params = { machineArn: stateMachineArn };
      const machine: Entry = {
        key: stateMachineArn,
        text: name,
        kind: "State machine",
        target: { to: "/machines/$machineArn", params },
      };
      return newest === undefined ? [machine] : [machine, entryOfExecution(newest.executionArn, name)];
    }),
  ];
}

function entryOfExecution(executionArn: string, machine?: string): Entry {
  const name = executionNameOf(executionArn);
  return {
    key: executionArn,
    text: machine === undefined ? name : `${machine} / ${name}`,
    kind: machine === undefined ? "Execution" : "Newest execution",
    target: { to: "/executions/$executionArn", params: { executionArn } },
  };
}

function foundIn(entries: readonly Entry[], sought: string): readonly Entry[] {
  if (/^arn:[^:]*:states:[^:]*:[^:]*:(execution|express):/.test(sought)) return [entryOfExecution(sought)];
  const words = sought.toLowerCase().split(/\s+/);
  return entries
    .filter(({ text, kind }) => words.every((word) => `${text} ${kind}`.toLowerCase().includes(word)))
    .slice(0, 12);
}
