// Headers that an HTTP task may not give itself: those that the Step Functions Developer Guide lists in "Call HTTPS APIs", and
// those that say where a message ends.

const unsupported: ReadonlySet<string> = new Set(
  (
    "a-im accept-charset accept-datetime accept-encoding authorization cache-control connection content-encoding " +
    "content-length content-md5 date expect forwarded from host http2-settings if-match if-modified-since if-none-match " +
    "if-range if-unmodified-since keep-alive max-forwards origin pragma proxy-authorization proxy-connection referer server " +
    "te trailer transfer-encoding upgrade via warning"
  ).split(" "),
);

/** The problem of the names of headers, in the words that were recorded of AWS; `undefined` when all are supported. */
export function httpTaskHeadersProblem(names: readonly string[]): string | undefined {
  const wrong = names
    .map((name) => name.toLowerCase())
    .filter((name) => unsupported.has(name) || /^x-(forwarded|amzn?)-/.test(name));
  return wrong.length === 0 ? undefined : `The 'Headers' field contains unsupported values: [${wrong.join(", ")}]`;
}
