// The editor of a definition: JSON with completion, and problems where they are.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { json, jsonLanguage } from "@codemirror/lang-json";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { type EditorView, keymap } from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { shownText } from "../parts/shown-text.ts";
import { baseExtensions } from "./code-mirror.ts";
import { completionsIn } from "./completion.ts";
import { type Range, rangeOf, rangeOfPointer } from "./locate.ts";
import type { FieldNames } from "./problems.worker.ts";
import { useEditor } from "./use-editor.ts";
import type { Found, Problem } from "./use-problems.ts";
import "./editor.css";

export interface EditorHandle {
  /** Goes to the place that a problem is at. */
  readonly showLocation: (location: string) => void;
  /** Goes to a state. @param nodeId of the graph */
  readonly showState: (nodeId: string) => void;
  /** The same, without taking the focus. */
  readonly revealState: (nodeId: string) => void;
}

interface DefinitionEditorProps {
  readonly initial: string;
  readonly found: Found;
  readonly onChange: (text: string) => void;
  readonly handle: Ref<EditorHandle>;
}

export function DefinitionEditor({ initial, found, onChange, handle }: DefinitionEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const fields = useRef<FieldNames>({});
  const [extensions] = useState(() => [
    ...baseExtensions("Definition"),
    json(),
    jsonLanguage.data.of({ autocomplete: completionsIn(() => fields.current) }),
    autocompletion({ icons: false }),
    keymap.of(completionKeymap),
    lintGutter(),
  ]);
  const view = useEditor(host, { initial, extensions, onChange });
  useEffect(() => {
    fields.current = found.fields;
    const { current } = view;
    const text = current?.state.doc.toString();
    // Typed meanwhile: the next answer is on its way.
    if (current === undefined || text === undefined || text !== found.text) return;
    current.dispatch(
      setDiagnostics(
        current.state,
        found.problems.map((problem) => diagnosticOf(problem, text)),
      ),
    );
  }, [found, view]);
  useImperativeHandle(
    handle,
    () => ({
      showLocation: (location) => {
        reveal(view.current, (tree, text) => rangeOf(tree, text, location));
        view.current?.focus();
      },
      showState: (nodeId) => {
        reveal(view.current, (tree, text) => rangeOfPointer(tree, text, nodeId));
        view.current?.focus();
      },
      revealState: (nodeId) => reveal(view.current, (tree, text) => rangeOfPointer(tree, text, nodeId)),
    }),
    [view],
  );
  return <div ref={host} className="editor" />;
}

function diagnosticOf(problem: Problem, text: string): Diagnostic {
  const { severity, code, message } = problem;
  const range = placeOf(problem, text);
  return { ...range, severity: severity === "ERROR" ? "error" : "warning", message: shownText(message), source: code };
}

function placeOf({ location, range }: Problem, text: string): Range {
  if (range !== undefined) return { from: Math.min(range.start, text.length), to: Math.min(range.end, text.length) };
  if (location === undefined) return { from: 0, to: Math.min(1, text.length) };
  return rangeOf(jsonLanguage.parser.parse(text), text, location);
}

function reveal(
  view: EditorView | undefined,
  rangeIn: (tree: ReturnType<typeof jsonLanguage.parser.parse>, text: string) => Range,
): void {
  if (view === undefined) return;
  const text = view.state.doc.toString();
  const { from, to } = rangeIn(jsonLanguage.parser.parse(text), text);
  view.dispatch({ selection: { anchor: from, head: Math.min(to, from + 200) } });
  // CodeMirror's own way to a place would scroll the page along.
  view.requestMeasure({
    read: () => view.lineBlockAt(from).top - view.scrollDOM.clientHeight / 3,
    write: (top) => view.scrollDOM.scrollTo({ top }),
  });
}
