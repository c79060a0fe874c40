/** Time as a port: stories, the simulator and the studio's dial run the whole runtime on a virtual one. */
export interface Clock {
  /** Wall time in ms since 1970 UTC: windows, hours, timers. */
  nowMs(): number;
  /** Never jumps: time-outs and durations. */
  monotonicMs(): number;
  /** Resolves once `nowMs() >= atMs`, or at once when `signal` aborts. Never rejects. */
  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void>;
}
