// The work that a definition may take to be checked and compiled. A count, so that what one server takes, every other does.

/** Two seconds, in pieces. A definition of a person and of the largest size takes a fifth of it. */
export const mostDefinitionSteps = 100_000_000;

/** Less than a tenth of a second: the parts of a state are compiled in one go when an execution first comes to it. */
export const mostStateSteps = 4_000_000;

/** A new definition has no part that takes longer than this to compile: an expression, a template, a rule or a path. */
export const mostPartSteps = 2_000_000;
