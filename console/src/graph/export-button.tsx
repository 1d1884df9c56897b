// Saves the graph as it is shown, for a slide or a document.
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { use, useEffect, useRef } from "react";
import type { PositionedGraph } from "@graph/layout.ts";
import { renderSvg } from "@graph/svg.ts";
import { pngOf } from "./png.ts";
import { LooksContext } from "./looks.ts";

interface ExportButtonProps {
  readonly graph: PositionedGraph;
  readonly name: string;
  readonly isDark: boolean;
}

export function ExportButton({ graph, name, isDark }: ExportButtonProps) {
  const looks = use(LooksContext);
  const latest = useRef(looks);
  useEffect(() => {
    latest.current = looks;
  }, [looks]);
  const save = async (format: string): Promise<void> => {
    const svg = renderSvg(graph, {
      theme: isDark ? "dark" : "light",
      statusOf: (id) => latest.current.get(id)?.status,
    });
    const file = format === "png" ? await pngOf(svg) : new Blob([svg], { type: "image/svg+xml" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${name.replaceAll(/[^\w.-]+/g, "_")}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <div className="graph-export">
      <ButtonDropdown
        variant="icon"
        ariaLabel="Save the graph"
        items={[
          { id: "svg", text: "Save as SVG", iconName: "download" },
          { id: "png", text: "Save as PNG", iconName: "download" },
        ]}
        onItemClick={({ detail }) => void save(detail.id)}
      />
    </div>
  );
}
