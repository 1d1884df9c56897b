// A definition at work: its text, its graph beside it as it is typed, its problems, and a state of it tried out.
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type Json, parseJson } from "@asl/json.ts";
import { graphOf } from "@graph/graph.ts";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { GraphCanvas } from "../graph/graph-canvas.tsx";
import { DefinitionEditor, type EditorHandle } from "./definition-editor.tsx";
import { ProblemsList } from "./problems-list.tsx";
import { TestState } from "./test-state.tsx";
import type { Found } from "./use-problems.ts";

interface WorkbenchProps {
  readonly name: string;
  readonly initial: string;
  readonly text: string;
  readonly found: Found;
  readonly onChange: (text: string) => void;
  /** The node of the graph to begin at. */
  readonly state?: string | undefined;
}

export function Workbench({ name, initial, text, found, onChange, state }: WorkbenchProps) {
  const editor = useRef<EditorHandle>(null);
  const [chosen, setChosen] = useState(state);
  const value = useLastJson(useDeferredValue(text));
  const graph = useMemo(() => graphOf(value), [value]);
  useEffect(() => {
    if (state !== undefined) editor.current?.revealState(state);
  }, [state]);
  const choose = (nodeId: string): void => {
    setChosen(nodeId);
    editor.current?.showState(nodeId);
  };
  const node = graph.nodes.find(({ id, name: stateName }) => id === chosen && stateName !== "");
  return (
    <SpaceBetween size="l">
      <div className="workbench">
        <DefinitionEditor handle={editor} initial={initial} found={found} onChange={onChange} />
        <div className="graph-side">
          <GraphCanvas graph={graph} name={name} chosen={chosen} onChoose={choose} />
        </div>
      </div>
      <Container
        header={
          <Header variant="h2" counter={`(${found.problems.length})`}>
            Problems
          </Header>
        }
      >
        <ProblemsList found={found} onShow={(location) => editor.current?.showLocation(location)} />
      </Container>
      <TestState key={node?.id ?? ""} definition={value} node={node} />
    </SpaceBetween>
  );
}

/** The text's value, or that of the last text that was JSON. */
function useLastJson(text: string): Json {
  const last = useRef<Json>({});
  return useMemo(() => {
    try {
      last.current = parseJson(text);
    } catch {
      // It is being typed: the problems say so, and the graph stays.
    }
    return last.current;
  }, [text]);
}
