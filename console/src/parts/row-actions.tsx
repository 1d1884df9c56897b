// The actions on one row of a table: a menu behind a button that names the row.
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";

export interface RowAction {
  readonly text: string;
  readonly onDo: () => void;
}

export function RowActions({ of, actions }: { readonly of: string; readonly actions: readonly RowAction[] }) {
  return (
    <ButtonDropdown
      variant="inline-icon"
      ariaLabel={`Actions on ${of}`}
      expandToViewport
      items={actions.map(({ text }) => ({ id: text, text }))}
      onItemClick={({ detail }) => actions.find(({ text }) => text === detail.id)?.onDo()}
    />
  );
}
