/** The demo's shop, started when a brand asks `${SHOP_URL}` and nobody has named one. */
import { type DemoShop, startDemoShop } from "../server/demo-shop.ts";

/** Sets `SHOP_URL` in `env` when it starts one. */
export async function shopFor(files: Map<string, string>, env: Record<string, string | undefined>): Promise<DemoShop | null> {
  if (env.SHOP_URL !== undefined || ![...files.values()].some((text) => text.includes("${SHOP_URL"))) return null;
  const shop = await startDemoShop();
  env.SHOP_URL = shop.url;
  return shop;
}
