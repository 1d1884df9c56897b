// Asks somebody to approve: here only in the log. A real one would send a message with the task token in a link.

export function handler({ request }) {
  console.log(`Please approve: ${JSON.stringify(request)}`);
}
