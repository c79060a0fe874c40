/** Codes with a scene: whoever scans one follows with it, or is known to have come by it. Source: WeChat Official Accounts, qrcode/create; read 2026-09-28. */
import type { MadeCode } from "../../model/adapter.ts";
import type { Delivery } from "../../model/delivery.ts";
import { judge, type Office } from "./send.ts";

const SCENE_MAX = 64;
const TEMPORARY_MAX_MS = 30 * 86_400_000;
const SHOWN_AT = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=";

/** @param forMs null: one of the 100,000 that an account may have for good */
export async function makeCode(
  office: Office,
  scene: string,
  forMs: number | null,
  nowMs: number,
): Promise<MadeCode | Exclude<Delivery, { kind: "sent" }>> {
  const length = [...scene].length;
  if (length < 1 || length > SCENE_MAX || /[\p{Cc}\p{Surrogate}]/u.test(scene))
    return { kind: "never", because: "content", why: `a scene has 1 to ${SCENE_MAX} characters; this one has ${length}` };
  if (forMs !== null && (forMs < 1_000 || forMs > TEMPORARY_MAX_MS))
    return { kind: "never", because: "content", why: "a code that ends may hold for 30 days at most" };
  const seconds = forMs === null ? null : Math.floor(forMs / 1_000);
  const asked = {
    ...(seconds === null ? {} : { expire_seconds: seconds }),
    action_name: seconds === null ? "QR_LIMIT_STR_SCENE" : "QR_STR_SCENE",
    action_info: { scene: { scene_str: scene } },
  };
  const told = await office.api.ask("/cgi-bin/qrcode/create", { json: asked });
  const body = told.kind === "told" ? told.body : {};
  if (typeof body.ticket === "string" && typeof body.url === "string")
    return {
      kind: "made",
      leadsTo: body.url,
      picture: SHOWN_AT + encodeURIComponent(body.ticket),
      untilMs: seconds === null ? null : nowMs + (Number(body.expire_seconds) || seconds) * 1_000,
    };
  const delivery = judge(office, told);
  return delivery.kind === "sent" ? { kind: "unknown", why: "the platform answered without a code" } : delivery;
}
