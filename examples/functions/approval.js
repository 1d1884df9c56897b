// Asks somebody to approve: here only in the log. A real one would send a message with the task token in a link.

export function handler({ request }) {
  // oxlint-disable-next-line no-console -- what a function prints is its log
  console.log(`Please approve: ${JSON.stringify(request)}`);
}
