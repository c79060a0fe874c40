import { afterEach, describe, expect, test } from "vitest";
import type { Twin } from "../../adapters/meta/twin.ts";
import type { Outbound } from "../../model/adapter.ts";
import { endAll, played } from "./played.ts";
import { CUSTOMER, fixture, PAGE, response, TOKEN } from "./setup.ts";

afterEach(endAll);

describe("what the twin says has the recorded shapes", () => {
  /** The keys of a body and the types under them; what is optional there is compared only where the twin says it. */
  function shape(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(shape);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, one]) => [key, shape(one)]),
      );
    return value === null ? "null" : typeof value;
  }

  const acts: [string, (twin: Twin, say: (message: Outbound["message"]) => Promise<unknown>) => unknown, (events: unknown[]) => unknown][] =
    [
      ["message-text.json", (twin) => twin.customerSays(CUSTOMER, "hi"), (bodies) => bodies[0]],
      [
        "message-text-quick-reply.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x", choices: [{ title: "A", payload: "A" }] });
          twin.taps(CUSTOMER, "A");
        },
        (bodies) => bodies.at(-1),
      ],
      ["message-reply-to.json", (twin) => twin.customer.says(CUSTOMER, "hi", { replyTo: "m_1" }), (bodies) => bodies[0]],
      ["message-image.json", (twin) => twin.sendsAttachment(CUSTOMER, "image"), (bodies) => bodies[0]],
      ["message-audio.json", (twin) => twin.sendsAttachment(CUSTOMER, "audio"), (bodies) => bodies[0]],
      ["message-sticker.json", (twin) => twin.sendsAttachment(CUSTOMER, "sticker"), (bodies) => bodies[0]],
      [
        "message-with-ads-referral.json",
        (twin) => twin.clicksAd(CUSTOMER, { ref: "a", productId: "1", flowId: "1", pictureUrl: "p", videoUrl: "v" }, "hi"),
        (bodies) => bodies[0],
      ],
      [
        "postback-button.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x", buttons: [{ title: "A", payload: "A" }] });
          twin.taps(CUSTOMER, "A");
        },
        (bodies) => bodies.at(-1),
      ],
      ["postback-get-started.json", (twin) => twin.customer.startsWith(CUSTOMER, "GET_STARTED"), (bodies) => bodies[0]],
      ["postback-get-started-shortlink.json", (twin) => twin.clicksLink(CUSTOMER, "flyer"), (bodies) => bodies[0]],
      [
        "referral-shortlink.json",
        (twin) => {
          twin.customerSays(CUSTOMER, "hi");
          twin.clicksLink(CUSTOMER, "flyer");
        },
        (bodies) => bodies.at(-1),
      ],
      [
        "referral-ads-minimal.json",
        (twin) => {
          twin.customerSays(CUSTOMER, "hi");
          twin.clicksAd(CUSTOMER);
        },
        (bodies) => bodies.at(-1),
      ],
      [
        "reaction-react.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x" });
          twin.reacts(CUSTOMER);
        },
        (bodies) => bodies.at(-1),
      ],
      ["message-edit.json", (twin) => twin.customer.edits(CUSTOMER, twin.customerSays(CUSTOMER, "hi"), "ho"), (bodies) => bodies.at(-1)],
      ["optin-send-to-messenger.json", (twin) => twin.customer.optsIn(CUSTOMER, { ref: "x" }), (bodies) => bodies.at(-1)],
      [
        "echo-text-own-app.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x" });
        },
        (bodies) => bodies[1],
      ],
      [
        "echo-template-button.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x", buttons: [{ title: "A", url: "https://example.com" }] });
        },
        (bodies) => bodies[1],
      ],
      [
        "echo-image.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ image: { url: "https://example.com/a.jpg" } });
        },
        (bodies) => bodies[1],
      ],
      ["echo-text-page-inbox.json", (twin) => twin.pageInboxSays(CUSTOMER, "Mei here"), (bodies) => bodies[0]],
      [
        "read.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x" });
          twin.customer.reads(CUSTOMER);
        },
        (bodies) => bodies.at(-1),
      ],
      ["pass-thread-control-from-inbox.json", (twin) => twin.customer.pageInboxPasses(CUSTOMER, "done"), (bodies) => bodies[0]],
    ];
  test.each(acts)("%s", async (name, act, pick) => {
    const { twin, hook, say } = await played();
    await act(twin, say);
    await twin.settled();
    const told = pick(hook.bodies.map((body) => JSON.parse(body)));
    expect(shape(told)).toEqual(shape(JSON.parse(fixture(name).toString("utf8"))));
  });

  test("its answers are the recorded ones", async () => {
    const { twin } = await played();
    twin.customerSays(CUSTOMER, "hi");
    const proof = "?appsecret_proof=ba7fcfcbb305737d2558a90108c8539dc5e13bbfeb3cca3ff99628149395cc65";
    const ask = async (edge: string, body?: unknown, token = TOKEN) => {
      const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      const answer = await fetch(`${twin.url}/v26.0/${edge}${edge.includes("?") ? proof.replace("?", "&") : proof}`, {
        ...init,
        headers: { authorization: `Bearer ${token}` },
      });
      return { status: answer.status, body: await answer.json() };
    };
    const line = { recipient: { id: CUSTOMER }, messaging_type: "RESPONSE", message: { text: "x" } };
    const same = async (name: string, answer: Promise<{ status: number; body: unknown }>) => {
      const { fbtrace_id: _ours, ...ours } = ((await answer).body as { error?: Record<string, unknown> }).error ?? {};
      const { fbtrace_id: _theirs, ...theirs } = (response(name).body as { error?: Record<string, unknown> }).error ?? {};
      expect(ours).toEqual(theirs);
      expect((await answer).status).toBe(response(name).status);
      if (Object.keys(theirs).length === 0) expect(shape((await answer).body)).toEqual(shape(response(name).body));
    };
    await same("send-success", ask(`${PAGE}/messages`, line));
    await same("sender-action-success", ask(`${PAGE}/messages`, { recipient: { id: CUSTOMER }, sender_action: "typing_on" }));
    await same("error-100-no-matching-user", ask(`${PAGE}/messages`, { ...line, recipient: { id: "1" } }));
    await same("error-100-invalid-parameter", ask(`${PAGE}/messages`, { ...line, message: {} }));
    await same("error-190-invalid-token", ask(`${PAGE}/messages`, line, "other"));
    await same("error-27-take-control-blocked", ask(`${PAGE}/take_thread_control`, { recipient: { id: CUSTOMER } }));
    await same("thread-control-success", ask(`${PAGE}/release_thread_control`, { recipient: { id: CUSTOMER } }));
    await same("thread-owner-idle", ask(`${PAGE}/thread_owner?recipient=${CUSTOMER}`));
    await same("subscribed-apps-success", ask(`${PAGE}/subscribed_apps`, {}));
    twin.fault("613");
    await same("error-613-rate-limit", ask(`${PAGE}/messages`, line));
    twin.fault("500");
    await same("error-2-temporary", ask(`${PAGE}/messages`, line));
  });
});
