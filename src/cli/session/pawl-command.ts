// The words that a person types to call this program: from a clone it is a script of npm.

export function ownCommand(isSilent = false): string {
  const isFromClone = ["start", "pawl"].includes(process.env["npm_lifecycle_event"] ?? "");
  if (!isFromClone) return "npx pawl";
  return isSilent ? "npm run -s pawl --" : "npm run pawl --";
}
