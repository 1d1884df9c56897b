// The parts that every editor of the console has: history, search, folding, brackets, and the console's colours.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Tab leaves the editor, as everywhere on the page. */
export function baseExtensions(label: string): readonly Extension[] {
  return [
    lineNumbers(),
    foldGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...lintKeymap,
    ]),
  ];
}

const shades = {
  light: {
    canvas: "#ffffff",
    line: "#dde3ea",
    text: "#0f172a",
    muted: "#566377",
    active: "#f4f6f9",
    selected: "#cfe2ff",
    name: "#0b5ed7",
    string: "#156c34",
    number: "#a04f04",
    word: "#6d28d9",
    error: "#c01a2a",
    warning: "#a04f04",
  },
  dark: {
    canvas: "#161d26",
    line: "#354150",
    text: "#ebebf0",
    muted: "#a4afbd",
    active: "#1f2935",
    selected: "#1f4173",
    name: "#6fb0ff",
    string: "#5fdd8c",
    number: "#fbb05c",
    word: "#bda4ff",
    error: "#ff8a8f",
    warning: "#fbb05c",
  },
} as const;

export function themeOf(isDark: boolean): Extension {
  const shade = isDark ? shades.dark : shades.light;
  const mono = `ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "Liberation Mono", Menlo, monospace`;
  const theme = EditorView.theme(
    {
      "&": { height: "100%", fontSize: "13px", color: shade.text, backgroundColor: shade.canvas },
      "&.cm-focused": { outline: "none" },
      ".cm-scroller": { fontFamily: mono, lineHeight: "20px" },
      ".cm-content": { caretColor: shade.text },
      ".cm-cursor": { borderLeftColor: shade.text },
      ".cm-gutters": { backgroundColor: shade.canvas, color: shade.muted, borderRight: `1px solid ${shade.line}` },
      ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: shade.active },
      "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
        backgroundColor: shade.selected,
      },
      ".cm-activeLine .cm-selectionBackground": { backgroundColor: shade.selected },
      ".cm-tooltip, .cm-panels": {
        backgroundColor: shade.canvas,
        color: shade.text,
        border: `1px solid ${shade.line}`,
      },
      ".cm-tooltip": { borderRadius: "8px", overflow: "hidden", fontFamily: mono },
      ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: shade.selected, color: shade.text },
      ".cm-completionDetail": { color: shade.muted, fontStyle: "normal" },
      // The lint package draws its marks with data URLs, which the content security policy refuses.
      ".cm-lintRange-error, .cm-lintRange-warning": {
        backgroundImage: "none",
        textDecoration: "underline wavy 1px",
        textUnderlineOffset: "3px",
      },
      ".cm-lintRange-error": { textDecorationColor: shade.error },
      ".cm-lintRange-warning": { textDecorationColor: shade.warning },
      ".cm-gutter-lint .cm-lint-marker": {
        content: "normal",
        inlineSize: "10px",
        blockSize: "10px",
        margin: "3px 1px",
        borderRadius: "50%",
      },
      ".cm-gutter-lint .cm-lint-marker-error": { content: "normal", backgroundColor: shade.error },
      ".cm-gutter-lint .cm-lint-marker-warning": {
        content: "normal",
        backgroundColor: shade.warning,
        borderRadius: "2px",
      },
      ".cm-foldPlaceholder": { backgroundColor: shade.active, color: shade.muted, borderColor: shade.line },
    },
    { dark: isDark },
  );
  const colors = HighlightStyle.define([
    { tag: tags.propertyName, color: shade.name },
    { tag: tags.string, color: shade.string },
    { tag: tags.number, color: shade.number },
    { tag: [tags.bool, tags.null], color: shade.word },
    { tag: [tags.punctuation, tags.bracket], color: shade.muted },
  ]);
  return [theme, syntaxHighlighting(colors)];
}
