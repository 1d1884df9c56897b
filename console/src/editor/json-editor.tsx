// A small editor for a JSON text.
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { linter } from "@codemirror/lint";
import { useRef, useState } from "react";
import { baseExtensions } from "./code-mirror.ts";
import { useEditor } from "./use-editor.ts";
import "./editor.css";

interface JsonEditorProps {
  readonly label: string;
  readonly initial: string;
  readonly onChange: (text: string) => void;
  /** Pixels. */
  readonly height: number;
}

export function JsonEditor({ label, initial, onChange, height }: JsonEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const [extensions] = useState(() => [...baseExtensions(label), json(), linter(jsonParseLinter())]);
  useEditor(host, { initial, extensions, onChange });
  return <div ref={host} className="editor" style={{ height }} />;
}
