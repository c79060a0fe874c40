/** What is made with the operator's secret. */
import { createHmac } from "node:crypto";

/** How the ledger of erased customers names one: nobody finds the customer from it, and a restore finds them again. */
export function keyedHash(secret: string, id: string): string {
  return createHmac("sha256", secret).update(id, "utf8").digest("hex");
}
