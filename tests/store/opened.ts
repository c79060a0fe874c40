/** Opens a store for one test and closes it after, whatever the test did. */
import { onTestFinished } from "vitest";
import type { Open, Opened } from "./contract.ts";

export async function opened(open: Open): Promise<Opened> {
  const house = await open();
  onTestFinished(() => house.close());
  return house;
}
