// Puts an editor into an element. It lives in a shadow root: there CodeMirror adopts its style sheets, where in a document it
// would write style elements, which the content security policy refuses.
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type RefObject, useEffect, useEffectEvent, useRef } from "react";
import { useIsDark } from "../app/theme.ts";
import { themeOf } from "./code-mirror.ts";

interface EditorOptions {
  readonly initial: string;
  /** The same list at every call. */
  readonly extensions: readonly Extension[];
  readonly onChange?: ((text: string) => void) | undefined;
}

export function useEditor(
  host: RefObject<HTMLDivElement | null>,
  { initial, extensions, onChange }: EditorOptions,
): RefObject<EditorView | undefined> {
  const view = useRef<EditorView>(undefined);
  const isDark = useIsDark();
  const changed = useEffectEvent((text: string) => onChange?.(text));
  const firstText = useEffectEvent(() => view.current?.state.doc.toString() ?? initial);
  useEffect(() => {
    const { current } = host;
    if (current === null) return undefined;
    const root = current.shadowRoot ?? current.attachShadow({ mode: "open" });
    const listener = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
    });
    const state = EditorState.create({ doc: firstText(), extensions: [...extensions, themeOf(isDark), listener] });
    const made = new EditorView({ state, parent: root, root });
    view.current = made;
    return () => made.destroy();
  }, [host, extensions, isDark]);
  return view;
}
