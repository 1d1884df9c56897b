// The eight types of states, as a definition names them.

export const stateTypes = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"] as const;
export type StateType = (typeof stateTypes)[number];
