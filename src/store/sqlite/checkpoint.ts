export interface Checkpointer {
  writerTurn(): Promise<void>;
  close(): Promise<void>;
}
export function openCheckpointer(_file: string, _onProblem: (problem: Error) => void): Checkpointer {
  return { async writerTurn() {}, async close() {} };
}
