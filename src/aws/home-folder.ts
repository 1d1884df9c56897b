// The home of this process's user, where files of AWS's tools lie. In a container a user may be a number alone, which has none.
import { homedir } from "node:os";

/** @returns `undefined` where nothing tells of one: neither HOME nor the system's list of users. */
export function homeFolder(find: () => string = homedir): string | undefined {
  try {
    return find() || undefined;
  } catch (error) {
    if (error instanceof Error && "syscall" in error && error.syscall === "uv_os_homedir") return undefined;
    throw error;
  }
}
