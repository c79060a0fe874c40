/** The table of every activity in the fixtures, and what becomes of it. */
import { expect } from "vitest";
import type { ExpectedEvent } from "../channels/subject.ts";

const WEB = "webchat/conv-1";
const TEAMS = "msteams/a:1conv";
const said = (text: string, more: Record<string, unknown> = {}) => ({ kind: "said", text, ...more });
const ignored = (what: string, why: RegExp | string) => ({ kind: "ignored", what, why: expect.stringMatching(why) });
const happened = (name: string, fields: Record<string, unknown> = {}) => ({ kind: "happened", name, fields });

export const EXPECTED: Record<string, ExpectedEvent> = {
  "message-webchat": { event: said("hello", { attachments: [], messageId: "act-1" }), customer: WEB },
  "message-emulator": { event: said("hi"), customer: "emulator/8a684db8|livechat" },
  "message-teams": { event: said("hello there", { messageId: "1485983408511" }), customer: TEAMS },
  "message-teams-html-copy": { event: said("hello\nthere", { attachments: [] }), customer: TEAMS },
  "message-teams-group-mention": { event: said("where is my parcel?"), customer: "msteams/19:meeting@thread.v2/29:1Xq-Ana" },
  "message-teams-file": {
    event: said("", { attachments: [{ kind: "file", url: "https://download.example/1150", title: "form.pdf" }] }),
    customer: TEAMS,
  },
  "message-facebook-picture": {
    event: said("", { attachments: [{ kind: "image", url: "https://scontent.example/p.jpg" }] }),
    customer: "facebook/1234-5678",
  },
  "message-place": {
    event: said("", { attachments: [{ kind: "location", lat: 37.5, lng: -122.3, title: "Home" }] }),
    customer: "facebook/conv-1",
  },
  "message-inline-picture": {
    event: said("", { attachments: [{ kind: "image", title: "a.png", more: { type: "image/png" } }] }),
    customer: "directline/conv-1",
  },
  "message-audio": {
    event: said("", { attachments: [{ kind: "audio", url: "https://files.example/voice.oga" }] }),
    customer: "telegram/conv-1",
  },
  "message-reply": { event: said("this one", { replyTo: "act-0" }), customer: WEB },
  "message-tap-message-back": { event: { kind: "tapped", payload: "TAKE_ONE", title: "Say one", messageId: "act-3" }, customer: WEB },
  "message-tap-post-back": { event: { kind: "tapped", payload: "TAKE_ONE" }, customer: "facebook/conv-1" },
  "message-card-submit": { event: happened("card_submitted", { size: "42", color: "blue" }), customer: TEAMS },
  "message-without-id": { event: said("no id here"), customer: WEB },
  "message-empty": { event: ignored("message", /nothing in it/) },
  "message-of-a-bot": { event: ignored("message", /A bot wrote it/) },
  "message-of-ourselves": { event: ignored("message", /A bot wrote it/) },
  "message-without-conversation": { event: ignored("message", /which conversation/), customer: "*" },
  "message-expect-replies": { event: said("hello"), customer: WEB },
  "message-agents-sdk-channel": { event: said("hello"), customer: WEB },
  "message-update": { event: { kind: "edited", messageId: "1485983408511", text: "hello, changed" }, customer: TEAMS },
  "message-delete": { event: { kind: "unsent", messageId: "1485983408511" }, customer: TEAMS },
  "message-reaction-added": {
    event: { ...happened("reaction", { action: "react", reaction: "like" }), messageId: "1575667808184" },
    customer: TEAMS,
  },
  "message-reaction-removed": { event: happened("reaction", { action: "unreact", reaction: "like" }), customer: TEAMS },
  "conversation-update-user-added": { event: happened("get_started"), customer: WEB },
  "conversation-update-bot-added": { event: ignored("conversationUpdate", /bot itself was added/) },
  "conversation-update-bot-removed": { event: happened("unfollowed"), customer: TEAMS },
  "conversation-update-renamed": { event: ignored("conversationUpdate", /Nobody came or left/) },
  "installation-add": { event: happened("get_started"), customer: TEAMS },
  "installation-add-upgrade": { event: ignored("installationUpdate", /renewed/) },
  "installation-remove": { event: happened("unfollowed"), customer: TEAMS },
  "contact-relation-add": { event: happened("get_started"), customer: "skype/conv-1" },
  typing: { event: ignored("typing", /is typing/) },
  "event-join": { event: happened("get_started"), customer: WEB },
  "event-own": { event: happened("buttonClicked", { value: { product: "boots" } }), customer: WEB },
  "event-without-name": { event: ignored("event", /no name/) },
  "handoff-status-accepted": { event: { kind: "thread_taken", app: "omnichannel" }, customer: "omnichannel/conv-1" },
  "handoff-status-failed": {
    event: { kind: "thread_given", from: "omnichannel", note: '{"reason":"nobody there"}' },
    customer: "omnichannel/conv-1",
  },
  "handoff-status-completed": { event: { kind: "thread_given", from: "omnichannel", note: "done" }, customer: "omnichannel/conv-1" },
  "handoff-status-unknown": { event: ignored("handoff.status", /do not know the state/) },
  "handoff-initiate": {
    event: happened("person_wanted", {
      context: { Skill: "billing" },
      transcript: [
        { by: "customer", text: "My bill is wrong" },
        { by: "bot", text: "Let me get somebody." },
      ],
    }),
    customer: WEB,
  },
  "handoff-activity-type": { event: ignored("handoff", /handoff\.initiate/) },
  "invoke-card-action": { event: { kind: "tapped", payload: "TAKE_ONE" }, customer: TEAMS },
  "invoke-card-action-foreign": { event: happened("card_submitted", { verb: "approve", data: { id: 7 } }), customer: TEAMS },
  "invoke-unknown": { event: ignored("invoke task/fetch", /none is implemented/) },
  "end-of-conversation": { event: happened("conversation_ended", { code: "completedSuccessfully" }), customer: WEB },
  "delete-user-data": { event: happened("delete_user_data"), customer: WEB },
  trace: { event: ignored("trace", /emulators/) },
  "unknown-type": { event: ignored("holographicWave", /do not know/) },
};
