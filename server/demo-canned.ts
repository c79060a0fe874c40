/** What the demo's agents may answer with from the first minute, in both languages of the demo brand. */
import type { CannedReply } from "../model/desk-shelf.ts";

export const DEMO_CANNED: Omit<CannedReply, "id">[] = [
  {
    name: "hello",
    title: "Say who is here",
    texts: {
      en: "Hi {{ customer.first_name }}, this is {{ agent.name }}. I've read what you told our assistant. Give me a moment to look into it.",
      zh: "{{ customer.first_name }}您好，我是{{ agent.name }}。您和助手的对话我都看过了，请稍等，我来处理。",
    },
  },
  {
    name: "return-label",
    title: "Return label by e-mail",
    texts: {
      en: "I've sent the return label to your e-mail address. Put the boots into any box, stick it on, and drop it off at a parcel shop.",
      zh: "退货标签已发到您的邮箱。请把鞋子装进任意纸箱，贴上标签，交到附近的寄件点即可。",
    },
  },
  {
    name: "swap-size",
    title: "Offer another size",
    texts: {
      en: "We can swap them for another size at no cost. Which size shall I send?",
      zh: "我们可以免费为您换尺码，请问需要多大的？",
    },
  },
  {
    name: "parcel-late",
    title: "Sorry, the parcel is late",
    texts: {
      en: "I'm sorry your parcel is late. I'm asking the carrier now and will write here as soon as they answer.",
      zh: "很抱歉包裹延误了。我正在联系承运商，一有消息就在这里告诉您。",
    },
  },
  {
    name: "goodbye",
    title: "Anything else?",
    texts: {
      en: "Is there anything else I can do for you, {{ customer.first_name }}?",
      zh: "{{ customer.first_name }}，还有什么可以帮您的吗？",
    },
  },
];
