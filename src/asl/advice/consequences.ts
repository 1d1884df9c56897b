// Findings that go away with another one: a state is not reached because the way to it is misspelt, say.
import { nearestName } from "../nearest-name.ts";
import type { Diagnostic } from "../validate/diagnostic.ts";

/** Fields that lead from a state to others. */
const waysOut = ["Next", "End", "Default", "Choices", "Catch", "Type"];

export function withoutConsequences(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const broken = new Set(findings.filter((finding) => breaksWay(finding)).map(({ location }) => scopeOf(location)));
  const otherLanguage = new Set(
    findings.filter(({ hint }) => hint?.mistake?.kind === "other language").map(({ location }) => location),
  );
  return findings.filter(({ location = "", hint }) => {
    switch (hint?.mistake?.kind) {
      case "unreachable":
        return !broken.has(scopeOf(location));
      case "no end":
        return !broken.has("");
      case "no parameters":
        // Reported at the Resource of the state.
        return !otherLanguage.has(location.slice(0, location.lastIndexOf("/")));
      default:
        return true;
    }
  });
}

/** Whether a way from one state to another is not what was meant. */
function breaksWay({ severity, location = "", hint = {} }: Diagnostic): boolean {
  if (severity !== "ERROR") return false;
  switch (hint.mistake?.kind) {
    case "target":
      return true;
    case "none of":
    case "several of":
      return hint.mistake.fields.includes("Next");
    case "field":
      return waysOut.includes(nearestName(hint.mistake.name, waysOut) ?? "");
    case "unreachable":
      return false;
    default:
      return waysOut.includes(location.slice(location.lastIndexOf("/") + 1));
  }
}

/** The place of the object that holds `States`: `""` for the machine. Names with slashes may make it a part of it. */
function scopeOf(location = ""): string {
  const at = location.lastIndexOf("/States/");
  return at === -1 ? "" : location.slice(0, at);
}
