// A text that somebody else wrote (a name, an error, a cause): shown as text, on its own, whatever direction it has.
import { shownText } from "./shown-text.ts";

export function Foreign({ text }: { readonly text: string }) {
  return <bdi className="foreign">{shownText(text)}</bdi>;
}
