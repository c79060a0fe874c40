/** The engine's own lines by id, in the languages we speak ourselves; a brand's `texts:` replace them. */

export type EngineText = { en: string; zh: string; es: string };

export const ENGINE_TEXTS: Record<string, EngineText> = {
  invalid_text: {
    en: "Sorry, I can't make use of that.",
    zh: "抱歉，这个格式不太对。",
    es: "Perdona, eso no me sirve.",
  },
  invalid_integer: {
    en: "Please answer with a whole number, such as 2.",
    zh: "请回复一个整数，例如 2。",
    es: "Respóndeme con un número entero, por ejemplo 2.",
  },
  invalid_number: {
    en: "Please answer with a number.",
    zh: "请回复一个数字。",
    es: "Respóndeme con un número.",
  },
  invalid_money: {
    en: "Please answer with an amount, such as 20.",
    zh: "请回复一个金额，例如 20。",
    es: "Respóndeme con un importe, por ejemplo 20.",
  },
  invalid_date: {
    en: 'I couldn\'t read a date in that. Something like "tomorrow" or "12 May" works.',
    zh: "没看懂日期，您可以写“明天”或“5月12日”。",
    es: "No he entendido la fecha. Vale algo como «mañana» o «12 de mayo».",
  },
  invalid_time: {
    en: 'I couldn\'t read a time in that. Something like "5 pm" or "17:30" works.',
    zh: "没看懂时间，您可以写“下午5点”或“17:30”。",
    es: "No he entendido la hora. Vale algo como «17:30».",
  },
  invalid_datetime: {
    en: 'I need a day and a time, such as "tomorrow at 5 pm".',
    zh: "我需要日期和时间，例如“明天下午5点”。",
    es: "Necesito un día y una hora, por ejemplo «mañana a las 17:00».",
  },
  invalid_yes_no: {
    en: "A yes or a no is all I need.",
    zh: "请回答“是”或“否”。",
    es: "Me basta con un sí o un no.",
  },
  invalid_choice: {
    en: "Please pick one of these.",
    zh: "请从下面选择一项。",
    es: "Elige una de estas opciones, por favor.",
  },
  invalid_choices: {
    en: "Please pick one or more of these.",
    zh: "请从下面选择一项或多项。",
    es: "Elige una o varias de estas opciones, por favor.",
  },
  invalid_email: {
    en: "That doesn't look like an e-mail address.",
    zh: "这看起来不像是邮箱地址。",
    es: "Eso no parece una dirección de correo.",
  },
  invalid_phone: {
    en: "That doesn't look like a phone number.",
    zh: "这看起来不像是电话号码。",
    es: "Eso no parece un número de teléfono.",
  },
  invalid_location: {
    en: "Please share your location from the chat's menu.",
    zh: "请通过聊天菜单发送您的位置。",
    es: "Comparte tu ubicación desde el menú del chat, por favor.",
  },
  invalid_attachment: {
    en: "Please send a picture or a file.",
    zh: "请发送一张图片或一个文件。",
    es: "Envía una foto o un archivo, por favor.",
  },
  invalid_value: {
    en: "Sorry, that one won't do.",
    zh: "抱歉，这个不可以。",
    es: "Lo siento, eso no puede ser.",
  },
  queue_notice: {
    en: "I'm connecting you with our team. One moment, please.",
    zh: "正在为您转接人工客服，请稍候。",
    es: "Te paso con nuestro equipo. Un momento, por favor.",
  },
  still_waiting: {
    en: "Sorry, this takes longer than I promised. You have not been forgotten: someone will answer you here.",
    zh: "抱歉，比预计的时间要久一些。我们没有忘记您，客服会在这里回复您。",
    es: "Perdona, está tardando más de lo que te dije. No te hemos olvidado: te responderán aquí mismo.",
  },
  trouble: {
    en: "Something went wrong on our side. Please try again in a moment.",
    zh: "我们这边出了点问题，请稍后再试。",
    es: "Algo ha fallado por nuestra parte. Inténtalo de nuevo en un momento.",
  },
  yes: { en: "Yes", zh: "是", es: "Sí" },
  no: { en: "No", zh: "否", es: "No" },
};
