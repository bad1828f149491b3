/**
 * What the practice channel says of each step: what happens, and who can prove what from then on.
 *
 * @module
 */
import { bilingual } from "../cli/bilingual.ts";

export const storyTexts = bilingual(
  {
    title: "The practice channel: {a} and {b}, two processes on this machine.",
    resumed: "Homes from an earlier start are here: the story goes on where it was.",
    proof: "  who can prove what: {proof}",
    "init.step": "Each capital makes its home, its keys and its descriptor (parley init).",
    "init.proof": "nothing yet; no key has left its home.",
    "pair.step": "They exchange descriptors and read 30 digits aloud (parley pair): {a} · {b}",
    "pair.proof": "each knows whose keys the other has; nobody else vouches for it.",
    "agreement.step": "Both authorities sign version 1 of the agreement (parley agreement).",
    "agreement.proof": "either can show anyone what both signed; its digest names the channel.",
    "serve.step": "Both nodes serve: {a} on port {aPort}, {b} on port {bPort} (parley serve).",
    "serve.proof": "a stranger gets nothing past the TLS handshake.",
    "test.step": "Each tests the link once, and is answered by the other's node.",
    "test.proof":
      "each test states its author's heads: the hour before can no longer be filled in.",
    "import.step":
      "Washington imports {items:indicator|indicators}; the report has {findings:finding|findings} ({held} held back, {redacted} redacted).",
    "import.proof": "nothing to anyone: nothing was sent.",
    "inquiry.step": "Washington asks: {place}, one ask, three sentences, {items:item|items}.",
    "inquiry.proof":
      "Washington: that Moscow holds it since {at}, by Moscow's cosignature. What is held back is committed to.",
    "receipt.step": "Moscow's officer confirms receipt: {place}.",
    "receipt.proof":
      "Washington: that a person has it. Moscow: that Washington holds that receipt.",
    "holding.step": "Moscow holds: {place}; the next word is due within the agreed time.",
    "holding.proof": "both: that the clock of the holding reply was kept.",
    "kill.step": "Moscow's node is killed (signal 9, process {pid}).",
    "kill.proof": "as before: what was acknowledged is on disk on both sides.",
    "crossing.step":
      "Meanwhile Washington corrects ({ours}); in Moscow an officer answers at the dead node that no row has a time ({theirs}).",
    "crossing.proof":
      "Washington cannot prove yet that Moscow has the correction: it waits in its outbox.",
    "restart.step":
      "Moscow's node starts again; both queues are delivered; nothing is lost, nothing doubled.",
    "restart.proof":
      "both: that the two messages crossed, from what each had seen when it was written.",
    "clarification.step":
      "Washington says when it was observed: {place}; the clock of the answer runs.",
    "clarification.proof": "Washington: that Moscow has had the time since {at}.",
    "answer.step": "Moscow answers: {place}.",
    "answer.proof":
      "Moscow: that it answered in time. Washington: what was answered, word for word.",
    "closure.step":
      "Washington proposes closure ({ours}), Moscow agrees ({theirs}): the case is closed.",
    "closure.proof": "both: that neither closed it alone.",
    "export.step":
      "Both export their histories, and parley-check reads them with nothing else at hand.",
    "export.proof":
      "anyone: the five lines below, with the two fingerprints and no trust in either.",
    "proof.title": "Proof that the channel was used:",
    "stay.title": "Both nodes stay up; Ctrl-C ends them. Try next, in another terminal:",
    "stay.queue": "what is due here, nearest clock first",
    "stay.case": "the case in two lanes",
    "stay.message": "one message, in your language",
    "stay.send": "say something; watch it arrive on the other side",
    "stay.prove": "prove one message to an outsider, showing nothing but its kind",
    "stay.again": "the same channel again; -- --fresh begins anew",
  },
  {
    title: "Учебный канал: {a} и {b}, два процесса на этой машине.",
    resumed: "Найдены каталоги прежнего запуска: рассказ продолжается с того же места.",
    proof: "  кто что может доказать: {proof}",
    "init.step": "Каждая столица создаёт каталог узла, ключи и дескриптор (parley init).",
    "init.proof": "пока ничего; ни один ключ не покинул своего каталога.",
    "pair.step": "Они обмениваются дескрипторами и читают вслух 30 цифр (parley pair): {a} · {b}",
    "pair.proof": "каждая знает, чьи ключи у другой; никто третий за это не ручается.",
    "agreement.step": "Обе стороны подписывают версию 1 соглашения (parley agreement).",
    "agreement.proof":
      "любая может показать кому угодно, что подписали обе; его хэш называет канал.",
    "serve.step": "Оба узла работают: {a} на порту {aPort}, {b} на порту {bPort} (parley serve).",
    "serve.proof": "посторонний не проходит дальше рукопожатия TLS.",
    "test.step": "Каждая раз проверяет связь, и узел другой стороны отвечает.",
    "test.proof": "проверка называет вершины журналов автора: прошедший час уже нельзя дописать.",
    "import.step":
      "Вашингтон импортирует {items:индикатор|индикатора|индикаторов}; в отчёте {findings:замечание|замечания|замечаний} (не передаётся: {held}, скрыто частично: {redacted}).",
    "import.proof": "никто ничего: ничего не отправлено.",
    "inquiry.step":
      "Вашингтон спрашивает: {place}, одна просьба, три предложения, {items:позиция|позиции|позиций}.",
    "inquiry.proof":
      "Вашингтон: что запрос у Москвы с {at}, по её подписи. То, что не передано, зафиксировано.",
    "receipt.step": "Дежурный в Москве подтверждает приём: {place}.",
    "receipt.proof":
      "Вашингтон: что запрос у человека. Москва: что Вашингтон получил подтверждение.",
    "holding.step":
      "Москва даёт промежуточный ответ: {place}; следующее слово — в согласованный срок.",
    "holding.proof": "обе: что срок промежуточного ответа соблюдён.",
    "kill.step": "Узел Москвы убит (сигнал 9, процесс {pid}).",
    "kill.proof": "то же, что и раньше: подтверждённое лежит на диске у обеих сторон.",
    "crossing.step":
      "Тем временем Вашингтон исправляет ({ours}); в Москве при мёртвом узле отвечают, что ни у одной строки нет времени ({theirs}).",
    "crossing.proof":
      "Вашингтон ещё не может доказать, что исправление у Москвы: оно ждёт отправки.",
    "restart.step":
      "Узел Москвы снова работает; обе очереди доставлены; ничего не потеряно и не удвоено.",
    "restart.proof": "обе: что сообщения разошлись в пути, — по тому, что видел каждый автор.",
    "clarification.step": "Вашингтон называет время наблюдения: {place}; срок ответа идёт.",
    "clarification.proof": "Вашингтон: что время известно Москве с {at}.",
    "answer.step": "Москва отвечает: {place}.",
    "answer.proof": "Москва: что ответила в срок. Вашингтон: что было отвечено, слово в слово.",
    "closure.step":
      "Вашингтон предлагает закрыть ({ours}), Москва согласна ({theirs}): дело закрыто.",
    "closure.proof": "обе: что ни одна не закрыла его в одиночку.",
    "export.step": "Обе выгружают свою историю, и parley-check читает её, не имея ничего другого.",
    "export.proof":
      "кто угодно: пять строк ниже, по двум отпечаткам и не доверяя ни одной стороне.",
    "proof.title": "Доказательство, что каналом пользовались:",
    "stay.title": "Оба узла работают; Ctrl-C завершает их. Попробуйте в другом окне:",
    "stay.queue": "что здесь на очереди, по ближайшему сроку",
    "stay.case": "дело в две колонки",
    "stay.message": "одно сообщение на вашем языке",
    "stay.send": "скажите что-нибудь и посмотрите, как оно придёт на другую сторону",
    "stay.prove": "докажите одно сообщение постороннему, не показав ничего, кроме его вида",
    "stay.again": "тот же канал ещё раз; -- --fresh начинает заново",
  },
);
