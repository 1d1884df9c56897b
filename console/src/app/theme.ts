// Light or dark: as the reader's system says, or as they chose here. Cloudscape and the page's own tokens follow one class.
import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";

export type ThemeChoice = "system" | "light" | "dark";

const key = "pawl-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

export function chosenTheme(): ThemeChoice {
  try {
    const chosen = localStorage.getItem(key);
    return chosen === "light" || chosen === "dark" ? chosen : "system";
  } catch {
    // A browser that keeps nothing for pages: the system decides.
    return "system";
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(key, choice);
  } catch {
    // It holds for this page view then.
  }
  followTheme();
}

export function followTheme(): void {
  applyMode(isDark() ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = isDark() ? "dark" : "light";
  for (const listener of listeners) listener();
}

export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, isDark);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, chosenTheme);
}

function isDark(): boolean {
  const choice = chosenTheme();
  return choice === "system" ? system.matches : choice === "dark";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

system.addEventListener("change", followTheme);
