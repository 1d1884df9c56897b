// The first thing that a keyboard comes to on every page: past the bar and the navigation, to what the page is about.

export function SkipLink() {
  return (
    <a
      className="skip-link"
      href="#heading"
      onClick={(event) => {
        // The address is the view's, and has no part for a place in the page.
        event.preventDefault();
        document.querySelector<HTMLElement>("#heading")?.focus();
      }}
    >
      Skip to the content
    </a>
  );
}
