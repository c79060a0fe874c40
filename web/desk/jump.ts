/** From a fact to the line it rests on: whoever shows the talk goes there. */
type Jump = (seq: number) => void | Promise<void>;

let jump: Jump | null = null;

export function jumpTo(seq: number): void {
  void jump?.(seq);
}

/** @returns how to stop */
export function onJump(told: Jump): () => void {
  jump = told;
  return () => {
    if (jump === told) jump = null;
  };
}
