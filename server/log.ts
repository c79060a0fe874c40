/** The log: sentences for operators with a few fields. Never a customer's words, never a token. */
import { pino } from "pino";
import type { Log } from "../runtime/log.ts";
import type { Settings } from "./settings.ts";

export function createLog(level: Settings["LOG_LEVEL"]): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  return (at, sentence, fields) => logger[at](fields ?? {}, sentence);
}
