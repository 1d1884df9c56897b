// A place to drop files on, with a button that does the same.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useRef, useState } from "react";
import "./offline.css";

export function FileChooser({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  return (
    <div
      className={`drop-zone${isOver ? " over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <Box variant="h2">Drop a history here</Box>
      <input
        ref={input}
        type="file"
        multiple
        accept=".json,application/json"
        aria-label="Files with a history and its definition"
        className="visually-hidden"
        tabIndex={-1}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = "";
        }}
      />
      <Button iconName="upload" onClick={() => input.current?.click()}>
        Choose files
      </Button>
    </div>
  );
}
