/** What may stand in a stored body: plain data, nothing else. `undefined` keys are left out by JSON itself. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
