/**
 * What the doctor says: each finding with what it means, and what to do where something is to be done.
 *
 * @module
 */
import { bilingual } from "../bilingual.ts";

export const findingTexts = bilingual(
  {
    "home.none": "{message} {next}",
    "home.busy":
      "The home is in use and did not answer: what the node knows was not looked at. Stop the other command, or see whether the server hangs.",
    "server.serves": "A server is running and answers.",
    "server.none": "No server is running: nothing is received or sent. Start it: parley serve",
    "server.rebuilding":
      "A rebuild was cut off; the next start finishes it. Start the server, or: parley rebuild --from-logs",
    "files.private": "Only their owner can read the files of the node ({count}).",
    "files.open-to-others": "Others can read {path} (mode {mode}). Type: chmod go= {path}",
    "files.no-ring":
      "{path} is missing: nothing opens the keys of {holds}. Put it back from the backup of keys/.",
    "files.authority-at-home":
      "The authority's key lies in the home: {path}. Move it to a medium that is kept offline, and make a copy.",
    "backup.no-key":
      "There is no recovery key that a backup could be sealed to. Make one: parley keys recovery --out FILE",
    "backup.key-at-home":
      "The recovery key lies in the home: {path}. Move it to a safe place, offline, apart from the backups.",
    "backup.never": "No backup of this home is known. Make one: parley backup --to FILE",
    "backup.old": "The last backup is of {at}, {days} days ago. Make one: parley backup --to FILE",
    "backup.recent": "The last backup is of {at}.",
    "disk.space": "{path}: {free} MiB free.",
    "disk.low": "{path}: only {free} MiB free. Make room before attachments are refused.",
    "disk.full":
      "{path}: {free} MiB free, too little to work. Make room now; nothing is lost meanwhile.",
    "disk.not-writable":
      "{path} cannot be written by this account. Run the doctor as the account of the node, or give it the directory.",
    "database.whole":
      "The database is whole: {size} MiB, write-ahead log {wal} MiB, SQLite {library}.",
    "database.server": "The database is a server: {place}. Its own tools watch over it.",
    "database.unreadable":
      "The database cannot be read: {path}. Check the medium; restore from a backup if it is gone (docs/operate.md).",
    "database.damaged":
      "The database is damaged: {text}. Stop the node, keep the file, restore from a backup (docs/operate.md).",
    "database.long-wal":
      "The write-ahead log has {wal} MiB and does not shrink. Stop programs that read the database for long, then restart the server.",
    "database.loose":
      "{free} MiB of the database are free pages. With the server stopped: sqlite3 parley.db VACUUM",
    "versions.known": "parley {version}, Node {node}, protocol {protocol}.",
    "versions.old-node":
      "Node {node} is too old: {min} or later is needed. Start parley through npm, which brings it.",
    "keys.young": "No key is older than {days:day|days}.",
    "keys.old":
      "The keys of {kind} are {days:day|days} old, more than {max}. Change them: parley keys change {kind}",
    "keys.tls-overlaps":
      "A change of TLS keys is not finished. When every peer has seen it: parley keys retire tls",
    "descriptor.valid": "Your descriptor is valid until {until}.",
    "descriptor.expires":
      "Your descriptor ends on {until}. Renew it in time: parley descriptor --renew",
    "descriptor.expired":
      "Your descriptor ended on {until}: peers refuse it. Renew it: parley descriptor --renew",
    "heads.equal": "The head store agrees with the database (heads: {count}).",
    "heads.server": "The head store is a database server; it is compared at each start.",
    "heads.missing":
      "The head store is gone: {path}. Put the newest one back. Without it the node does not sign: docs/operate.md, “Restore”.",
    "heads.damaged":
      "The head store is not as it was written: {path}. Put the newest copy back, or go on in new epochs: docs/operate.md, “Restore”.",
    "heads.same-medium":
      "The head store lies on the same medium as the database: {path}. Put it on another one (setting headStore), so that one restore cannot take both back.",
    "heads.ahead":
      "{peer}, {class}: the head store knows size {head}, the database only {size}. This database was taken back: parley restore, docs/operate.md.",
    "heads.other-root":
      "{peer}, {class}: head store and database hold two histories of size {size}. Sign nothing; keep both: docs/operate.md, “Restore”.",
    "heads.no-head":
      "{peer}, {class}: the head store has no head of a log of size {size}. Put the newest head store back.",
    "clock.forward": "The clock stands at {now}, after everything that was receipted.",
    "clock.went-back":
      "The clock stands at {now}, but a receipt is dated {newest}: the clock went back. Set it right (chrony, ntpd) before you send.",
    "clock.agrees": "{peer}: its clock differs by {seconds} s.",
    "clock.peer-differs":
      "{peer}: its clock differs by {seconds} s, more than two minutes. Compare both with a third; set the wrong one right.",
    "clock.not-measured": "{peer}: its clock is measured when it answers a server of ours.",
    "peers.heard": "{peer}: last heard of at {when}.",
    "peers.silent":
      "{peer}: nothing heard since {when}. Check the network and its addresses (parley pair), then telephone its operator.",
    "peers.receipted": "{peer}: entries without receipt: {count}.",
    "peers.no-receipt":
      "{peer}: entries without receipt since {since}: {count}. See parley queue; telephone its operator.",
    "peers.last-test": "{peer}: its last test of the link came at {when}.",
    "peers.trouble":
      "{peer}: {about} is refused or fails with {code}. The code is explained in spec/refusals.md.",
    "peers.not-confirmed":
      "{peer} is not confirmed; nothing flows. Have its digits read aloud: parley pair --peer {peer}",
    "peers.no-agreement":
      "{peer}: no agreement is in force; nothing flows. Propose one: parley agreement propose --peer {peer}",
    "peers.digits-outdated":
      "The authority of {peer} has changed. Have its digits read aloud anew: parley pair --peer {peer}",
    "peers.descriptor-expires": "The descriptor of {peer} ends on {until}. Ask for the next one.",
    "peers.descriptor-expired":
      "The descriptor of {peer} ended on {until}. Ask its operator for the next one: parley pair FILE",
  },
  {
    "home.none": "{message} {next}",
    "home.busy":
      "Каталог занят и не ответил: то, что знает узел, не осмотрено. Остановите другую команду или посмотрите, не завис ли сервер.",
    "server.serves": "Сервер работает и отвечает.",
    "server.none":
      "Сервер не работает: ничего не принимается и не отправляется. Запустите: parley serve",
    "server.rebuilding":
      "Перестройка прервана; следующий запуск её закончит. Запустите сервер или: parley rebuild --from-logs",
    "files.private": "Файлы узла читает только владелец (файлов: {count}).",
    "files.open-to-others": "{path} могут читать другие (права {mode}). Введите: chmod go= {path}",
    "files.no-ring":
      "Нет {path}: ключи «{holds}» нечем открыть. Верните файл из резервной копии keys/.",
    "files.authority-at-home":
      "Ключ, которым подписывает сторона, лежит в каталоге узла: {path}. Перенесите его на отдельный носитель и сделайте копию.",
    "backup.no-key":
      "Нет ключа восстановления, к которому запечатать копию. Создайте: parley keys recovery --out ФАЙЛ",
    "backup.key-at-home":
      "Ключ восстановления лежит в каталоге узла: {path}. Перенесите его в надёжное место, отдельно от сети и от копий.",
    "backup.never": "Резервных копий этого узла не известно. Сделайте: parley backup --to ФАЙЛ",
    "backup.old":
      "Последняя копия: {at}, дней назад: {days}. Сделайте новую: parley backup --to ФАЙЛ",
    "backup.recent": "Последняя копия: {at}.",
    "disk.space": "{path}: свободно {free} МиБ.",
    "disk.low":
      "{path}: свободно лишь {free} МиБ. Освободите место, пока приложения не отклоняются.",
    "disk.full":
      "{path}: свободно {free} МиБ, для работы мало. Освободите место сейчас; ничего не теряется.",
    "disk.not-writable":
      "{path}: эта учётная запись не может писать. Запустите от имени учётной записи узла или передайте ей каталог.",
    "database.whole":
      "База данных цела: {size} МиБ, журнал упреждающей записи {wal} МиБ, SQLite {library}.",
    "database.server": "База данных — сервер: {place}. За ней следят её собственные средства.",
    "database.unreadable":
      "Базу данных нельзя прочитать: {path}. Проверьте носитель; если её нет, восстановите из копии (docs/operate.md).",
    "database.damaged":
      "База данных повреждена: {text}. Остановите узел, сохраните файл, восстановите из копии (docs/operate.md).",
    "database.long-wal":
      "Журнал упреждающей записи занимает {wal} МиБ и не уменьшается. Остановите программы, долго читающие базу, и перезапустите сервер.",
    "database.loose":
      "Свободных страниц в базе на {free} МиБ. При остановленном сервере: sqlite3 parley.db VACUUM",
    "versions.known": "parley {version}, Node {node}, протокол {protocol}.",
    "versions.old-node":
      "Node {node} слишком стар: нужна версия {min} или новее. Запускайте parley через npm, он её приносит.",
    "keys.young": "Ни один ключ не старше стольких дней: {days}.",
    "keys.old":
      "Ключам {kind}: {days:день|дня|дней}, больше {max}. Смените их: parley keys change {kind}",
    "keys.tls-overlaps":
      "Смена ключей TLS не закончена. Когда её увидят все: parley keys retire tls",
    "descriptor.valid": "Ваш дескриптор действует до {until}.",
    "descriptor.expires":
      "Ваш дескриптор кончается {until}. Обновите его вовремя: parley descriptor --renew",
    "descriptor.expired":
      "Ваш дескриптор кончился {until}: другие стороны его отклоняют. Обновите: parley descriptor --renew",
    "heads.equal": "Хранилище вершин согласно с базой данных (вершин: {count}).",
    "heads.server": "Хранилище вершин — сервер баз данных; оно сверяется при каждом запуске.",
    "heads.missing":
      "Хранилища вершин нет: {path}. Верните новейшее. Без него узел не подписывает: docs/operate.md, «Restore».",
    "heads.damaged":
      "Хранилище вершин не такое, каким записано: {path}. Верните новейшую копию или продолжайте в новых эпохах: docs/operate.md, «Restore».",
    "heads.same-medium":
      "Хранилище вершин на том же носителе, что и база: {path}. Перенесите его на другой (параметр headStore), чтобы одно восстановление не вернуло назад оба.",
    "heads.ahead":
      "{peer}, {class}: хранилище вершин знает размер {head}, база — только {size}. База возвращена назад: parley restore, docs/operate.md.",
    "heads.other-root":
      "{peer}, {class}: в хранилище вершин и в базе две истории размера {size}. Ничего не подписывайте, сохраните обе: docs/operate.md, «Restore».",
    "heads.no-head":
      "{peer}, {class}: в хранилище нет вершины журнала размера {size}. Верните новейшее хранилище.",
    "clock.forward": "Часы показывают {now}, позже всего подтверждённого.",
    "clock.went-back":
      "Часы показывают {now}, а квитанция датирована {newest}: часы ушли назад. Исправьте их (chrony, ntpd), прежде чем отправлять.",
    "clock.agrees": "{peer}: расхождение часов {seconds} с.",
    "clock.peer-differs":
      "{peer}: расхождение часов {seconds} с, больше двух минут. Сверьте те и другие с третьими; исправьте неверные.",
    "clock.not-measured": "{peer}: часы сверяются, когда сторона отвечает работающему серверу.",
    "peers.heard": "{peer}: последний признак связи {when}.",
    "peers.silent":
      "{peer}: с {when} ничего не слышно. Проверьте сеть и адреса (parley pair), затем позвоните оператору.",
    "peers.receipted": "{peer}: записей без квитанции: {count}.",
    "peers.no-receipt":
      "{peer}: без квитанции с {since}, записей: {count}. Смотрите parley queue; позвоните оператору.",
    "peers.last-test": "{peer}: последняя проверка связи пришла {when}.",
    "peers.trouble":
      "{peer}: {about} отклоняется или не удаётся, код {code}. Коды объяснены в spec/refusals.md.",
    "peers.not-confirmed":
      "{peer} не подтверждена; обмена нет. Попросите прочитать цифры вслух: parley pair --peer {peer}",
    "peers.no-agreement":
      "{peer}: соглашения нет; обмена нет. Предложите: parley agreement propose --peer {peer}",
    "peers.digits-outdated":
      "Ключ, которым подписывает сторона {peer}, сменился. Попросите прочитать цифры заново: parley pair --peer {peer}",
    "peers.descriptor-expires": "Дескриптор {peer} кончается {until}. Запросите следующий.",
    "peers.descriptor-expired":
      "Дескриптор {peer} кончился {until}. Запросите у оператора следующий: parley pair ФАЙЛ",
  },
);

export type FindingCode = keyof (typeof findingTexts)["en"];
