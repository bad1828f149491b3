/**
 * What the command says when it did not do what was asked, in Russian. See `failure-texts-en.ts`.
 *
 * @module
 */
import type { FailureTexts } from "./failure-texts-en.ts";

const nothingChanged = "Ничего не изменено.";
const nothingLost = "Сохранённое ранее не затронуто.";

export const failureTextsRu: FailureTexts = {
  "cli.usage": {
    happened: "Командная строка не понята: {detail}",
    means: nothingChanged,
    next: "Запустите команду с --help: там есть пример.",
  },
  "config.bad-value": {
    happened: "Параметр {name} ({source}) имеет недопустимое значение «{found}».",
    means: "Ничего не запущено и ничего не изменено.",
    next: "Укажите {expected}.",
  },
  "config.not-json": {
    happened: "{file} не является одним объектом JSON или называет параметр дважды.",
    means: "Ничего не запущено и ничего не изменено.",
    next: 'Исправьте файл, например {"logLevel":"info"}, или уберите его: у каждого параметра есть значение по умолчанию.',
  },
  "config.unknown-key": {
    happened: "Параметра {name} ({source}) не существует.",
    means: "Ничего не запущено: иначе параметр с опечаткой молча не действовал бы.",
    next: "Исправьте или удалите его. Параметры: {known}.",
  },
  "config.unreadable-file": {
    happened: "Файл {file} не читается (система отвечает {cause}).",
    means: "Ничего не запущено и ничего не изменено.",
    next: "Дайте учётной записи, под которой работает parley, право на чтение файла или уберите файл.",
  },
  "control.bad-input": {
    happened: "Сервер не принял форму запроса: {detail}",
    means: nothingChanged,
    next: "Проверьте, что команда и сервер одной версии; после обновления перезапустите сервер.",
  },
  "control.cut-off": {
    happened: "Сервер завершился, не ответив.",
    means: "Запрошенное могло быть выполнено или нет; наполовину не сделано ничего.",
    next: "Посмотрите состояние, например командой `parley queue`, прежде чем повторять.",
  },
  "control.too-large": {
    happened: "Запрос длиннее, чем принимает управляющий сокет ({detail}).",
    means: nothingChanged,
    next: "Поместите данные в файл и приложите его: `parley import`.",
  },
  "control.unknown-operation": {
    happened: "Сервер не знает операции «{detail}».",
    means: nothingChanged,
    next: "Команда и сервер разных версий: перезапустите сервер.",
  },
  "disk.denied": {
    happened: "Система не разрешает: {detail}.",
    means: nothingLost,
    next: "Дайте учётной записи, под которой работает parley, право на запись; проверьте, что диск не только для чтения.",
  },
  "disk.failed": {
    happened: "Сбой диска: {detail}.",
    means: "Подтверждённое ранее сохранено; то, что записывалось, может отсутствовать.",
    next: "Проверьте диск и путь, затем повторите.",
  },
  "disk.full": {
    happened: "Диск заполнен: {detail}.",
    means: `${nothingLost} То, что записывалось, не сохранено.`,
    next: "Освободите место и повторите.",
  },
  "home.busy": {
    happened: "Другая команда parley использует {home} и ещё не закончила.",
    means: nothingChanged,
    next: "Дождитесь её завершения и повторите.",
  },
  "home.damaged": {
    happened: "Файл {home}/home.json повреждён.",
    means: "Ничего не открыто. База данных и ключи рядом не затронуты.",
    next: "Восстановите home.json из резервной копии этого каталога.",
  },
  "home.exists": {
    happened: "Каталог {home} не пуст.",
    means: "В нём ничего не изменено.",
    next: "Укажите другой каталог через --home или используйте имеющийся.",
  },
  "home.missing": {
    happened: "{home} не является каталогом узла.",
    means: nothingChanged,
    next: "Укажите нужный каталог через --home или создайте его: parley init --party ИМЯ.",
  },
  "home.open-to-others": {
    happened: "Другие учётные записи этой машины могут войти в {home}.",
    means: "Ничего не открыто. База данных там хранится открытым текстом.",
    next: "Закройте доступ: chmod 700 {home}",
  },
  "home.other-version": {
    happened: "{home} — каталог версии {found}; эта программа читает версию {spoken}.",
    means: nothingLost,
    next: "Используйте соответствующую программу или восстановите копию, сделанную до обновления.",
  },
  "home.served": {
    happened: "На {home} уже работает сервер.",
    means: nothingChanged,
    next: "Пользуйтесь работающим или сначала остановите его.",
  },
  "home.unreadable": {
    happened: "Каталог {home} не читается (система отвечает {cause}).",
    means: nothingChanged,
    next: "Проверьте путь и то, что каталог принадлежит учётной записи, под которой работает parley.",
  },
  "keys.damaged": {
    happened: "Ключ повреждён: {file}.",
    means:
      "Ничего не открыто. Сообщения и журналы не затронуты, но этот ключ ничего не читает и не подписывает.",
    next: "Восстановите файл из резервной копии ключей.",
  },
  "keys.missing": {
    happened: "Нет файла ключа {file}.",
    means: nothingChanged,
    next: "Подключите носитель с ним или укажите, где он: --authority-key ПУТЬ.",
  },
  "keys.no-passphrase": {
    happened: "Нужна парольная фраза для «{holds}», а спросить некого.",
    means: nothingChanged,
    next: "Запустите команду в терминале или укажите файл с фразой: {flag} ПУТЬ.",
  },
  "keys.passphrase-mismatch": {
    happened: "Две введённые парольные фразы различаются.",
    means: "Ключи не созданы.",
    next: "Начните заново и введите одну и ту же фразу дважды.",
  },
  "keys.short-passphrase": {
    happened: "Парольная фраза короче {charactersMin} знаков.",
    means: "Ключи под ней не созданы.",
    next: "Выберите более длинную: хороши пять случайных слов.",
  },
  "keys.wrong-passphrase": {
    happened: "Парольная фраза не открывает {file} ({holds}).",
    means: "Ничего не открыто и ничего не изменено. Число попыток не ограничено.",
    next: "Попробуйте ещё раз; проверьте раскладку клавиатуры. Без фразы файл не откроет никто.",
  },
  "listen.denied": {
    happened: "Система не разрешает принимать соединения на {detail}.",
    means: "Ничего не запущено. Сохранённое не затронуто.",
    next: "Выберите порт выше 1023: peerListen в parley.json или --peer-listen.",
  },
  "listen.failed": {
    happened: "Не удалось начать приём соединений на {detail}.",
    means: "Ничего не запущено. Сохранённое не затронуто.",
    next: "Проверьте peerListen в parley.json или --peer-listen.",
  },
  "listen.no-such-address": {
    happened: "{detail} — не адрес этой машины.",
    means: "Ничего не запущено. Сохранённое не затронуто.",
    next: "Укажите в peerListen (parley.json) или --peer-listen адрес, который показывает `ip address`.",
  },
  "listen.port-taken": {
    happened: "Другая программа уже принимает соединения на {detail}.",
    means: "Ничего не запущено. Сохранённое не затронуто.",
    next: "Остановите её или выберите другой порт: peerListen в parley.json или --peer-listen.",
  },
  "node.defect": {
    happened: "Программа ошиблась и прекратила то, что делала.",
    means: "Подтверждённое ранее сохранено; наполовину не сделано ничего.",
    next: "Запустите команду снова с PARLEY_LOG_LEVEL=debug и сообщите, что она скажет; содержания там нет.",
  },
  "pair.unknown-peer": {
    happened: "Описание стороны {peer} не импортировано.",
    means: nothingChanged,
    next: "Сначала импортируйте его: parley pair ФАЙЛ.",
  },
  "storage.damaged": {
    happened: "База данных повреждена ({detail}).",
    means: "В неё больше ничего не записывается, чтобы больше ничего не потерять.",
    next: "Остановите узел, сохраните копию каталога и восстановите последнюю резервную копию.",
  },
  "storage.full": {
    happened: "Диск с базой данных заполнен.",
    means: `${nothingLost} То, что записывалось, не сохранено.`,
    next: "Освободите место и повторите.",
  },
  "storage.io": {
    happened: "Сбой диска с базой данных ({detail}).",
    means: "Подтверждённое ранее сохранено.",
    next: "Проверьте диск, затем повторите.",
  },
  "storage.locked": {
    happened: "Базу данных удерживает другая программа.",
    means: nothingChanged,
    next: "Завершите программу, открывшую parley.db (резервное копирование, просмотрщик), и повторите.",
  },
  "storage.read-only": {
    happened: "В базу данных нельзя писать.",
    means: nothingLost,
    next: "Дайте учётной записи, под которой работает parley, право на запись в каталог; проверьте, что диск не только для чтения.",
  },
  "storage.unavailable": {
    happened: "База данных недоступна ({detail}).",
    means: nothingLost,
    next: "Проверьте, что база данных на месте и работает, затем повторите.",
  },
};
