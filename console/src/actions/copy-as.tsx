// Copies an action as a command or as code.
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { useQuery } from "@tanstack/react-query";
import { summaryQuery } from "../api/queries.ts";
import { useNotify } from "../app/notices.tsx";
import { codeOf, type Language } from "./code.ts";

const languages: Readonly<Record<Language, string>> = { cli: "AWS CLI", javascript: "JavaScript", python: "Python" };

export function CopyAs({
  action,
  input,
}: {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}) {
  const { data } = useQuery(summaryQuery);
  const notify = useNotify();
  const copy = async (language: Language): Promise<void> => {
    const endpoint = { url: location.origin, region: data?.region ?? "us-east-1" };
    await navigator.clipboard.writeText(codeOf(language, { action, input, endpoint }));
    notify({ type: "success", text: `Copied for ${languages[language]}.` });
  };
  return (
    <ButtonDropdown
      items={Object.entries(languages).map(([id, text]) => ({ id, text }))}
      onItemClick={({ detail }) => void copy(detail.id as Language)}
    >
      Copy as
    </ButtonDropdown>
  );
}
