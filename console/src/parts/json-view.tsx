// JSON as a tree: small values whole, large ones folded and made only when they are opened. Numbers stand as they were written.
import { type ReactNode, useMemo, useState } from "react";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { isJsonArray, isJsonObject, type Json, numberText, parseJson, stringifyJson } from "@asl/json.ts";
import { shownText } from "./shown-text.ts";
import "./json-view.css";

/** Shown at once of a list, an object or a text; more when asked. */
const page = { members: 100, characters: 1000 } as const;
/** Members that are open at first on each level, in the whole value: a small one is shown whole, of a large one the top. */
const open = 200;

export function JsonView({ text, label }: { readonly text: string; readonly label: string }) {
  const value = useMemo(() => parsed(text), [text]);
  return (
    <div className="json-view">
      <div className="json-copy">
        <CopyToClipboard
          variant="icon"
          textToCopy={text}
          copyButtonAriaLabel={`Copy ${label}`}
          copySuccessText="Copied"
          copyErrorText="The browser did not copy"
        />
      </div>
      <div className="json-tree" role="group" aria-label={label} tabIndex={0}>
        {value === undefined ? <LongText text={text} /> : <Value value={value} room={open} />}
      </div>
    </div>
  );
}

function parsed(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    // Shown as the text that it is.
    return undefined;
  }
}

interface Shown {
  readonly value: Json;
  /** How many members may be open at first. */
  readonly room: number;
}

function Value({ value, room }: Shown): ReactNode {
  if (isJsonArray(value)) return <Members entries={value.map((item) => [undefined, item])} room={room} brackets="[]" />;
  if (isJsonObject(value)) return <Members entries={Object.entries(value)} room={room} brackets="{}" />;
  if (typeof value === "string") return <LongText text={value} isQuoted />;
  if (value === null || typeof value === "boolean") return <span className="json-word">{String(value)}</span>;
  return <span className="json-number">{numberText(value)}</span>;
}

type Entries = readonly (readonly [name: string | undefined, value: Json])[];

function Members({
  entries,
  room,
  brackets,
}: Omit<Shown, "value"> & {
  readonly entries: Entries;
  readonly brackets: "[]" | "{}";
}) {
  const [isOpen, setOpen] = useState(entries.length <= Math.min(room, page.members));
  const [most, setMost] = useState<number>(page.members);
  const [opening, close] = brackets;
  if (entries.length === 0) return <span className="json-bracket">{brackets}</span>;
  const toggle = (
    <button type="button" className="json-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
      <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
      <span className="json-bracket">{isOpen ? opening : `${opening}…${close}`}</span>
      {isOpen ? null : <span className="json-count">{countText(entries.length, brackets)}</span>}
    </button>
  );
  if (!isOpen) return toggle;
  return (
    <>
      {toggle}
      <ul className="json-members">
        {entries.slice(0, most).map(([name, value], index) => (
          <li key={name ?? index}>
            {name === undefined ? null : <bdi className="json-name">{shownText(JSON.stringify(name))}: </bdi>}
            <Value value={value} room={Math.floor(room / Math.min(entries.length, page.members))} />
          </li>
        ))}
        {entries.length > most ? (
          <li>
            <button type="button" className="json-more" onClick={() => setMost(most * 4)}>
              {`Show more (${entries.length - most} are left)`}
            </button>
          </li>
        ) : null}
      </ul>
      <span className="json-bracket">{close}</span>
    </>
  );
}

function countText(count: number, brackets: "[]" | "{}"): string {
  if (brackets === "[]") return count === 1 ? "1 item" : `${count} items`;
  return count === 1 ? "1 member" : `${count} members`;
}

function LongText({ text, isQuoted }: { readonly text: string; readonly isQuoted?: boolean }) {
  const [most, setMost] = useState<number>(page.characters);
  const start = text.slice(0, most);
  return (
    <>
      <bdi className={isQuoted === true ? "json-text" : undefined}>
        {shownText(isQuoted === true ? stringifyJson(start) : start)}
      </bdi>
      {text.length > most ? (
        <button type="button" className="json-more" onClick={() => setMost(most * 8)}>
          {`Show more (${text.length - most} characters are left)`}
        </button>
      ) : null}
    </>
  );
}
