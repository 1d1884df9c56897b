// A text of any length: its beginning, and more of it when asked.
import { useState } from "react";
import { Foreign } from "./foreign.tsx";

export function LongText({ text }: { readonly text: string }) {
  const [most, setMost] = useState(1000);
  return (
    <>
      <Foreign text={text.slice(0, most)} />
      {text.length > most ? (
        <button type="button" className="more" onClick={() => setMost(most * 8)}>
          {`Show more (${(text.length - most).toLocaleString()} characters are left)`}
        </button>
      ) : null}
    </>
  );
}
