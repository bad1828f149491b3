/**
 * What `parley people` says, in both languages.
 *
 * @module
 */
import { bilingual } from "../bilingual.ts";

export const peopleTexts = bilingual(
  {
    about:
      "A party without officers is run by whoever has its machine. Add an administrator, who enrols; from then on " +
      "commands act as an officer who signed in (parley login), and every act stands in the audit log.",
    list: "List officers with their roles",
    after: "Where the page before ended, as it says",
    none: "There are no officers: whoever has this machine is the operator. The first: parley people add NAME --role administrator",
    active: "active",
    awaited: "has not enrolled yet",
    left: "left {at}",
    more: "{total} officers in all; more: --after '{next}'",
    name: "The name that they sign in with; of one officer for ever",
    title: "How others know them: name, office, telephone",
    role: "A role, at a desk or of the party: {roles}",
    peer: "Channels that they may see; all, if none is named",
    class: "Classes that they may see; all, if none is named",
    add: "Add an officer",
    "add.about":
      "Makes an officer with these roles and prints a code, once. Hand it over in person: with it they enrol (parley people " +
      "enrol) and set a password and a second factor that nobody else knows. The first officer has to be an administrator.",
    added: "{name} is added.",
    offer:
      "Give them this code, in person; it is good once, for three days, and is not shown again:\n    {code}\n" +
      "With it they type: parley people enrol {name}",
    roles: "Say anew what an officer may do and see",
    "roles.about":
      "Takes the place of all roles, channels and classes that the officer had. Roles of a desk are written role/desk " +
      "(technical, watch, political): watch-officer, drafter, translator, second-translator, release-officer, approver, " +
      "head-of-desk; of the party: key-custodian, auditor, administrator.",
    "roles.done": "{name} has now: {roles}.",
    nothing: "nothing",
    leave: "An officer leaves: sessions end, nothing lets them in any more",
    "leave.about":
      "Ends every session, password, second factor and code of the officer, and hands on what was theirs. What they did stays " +
      "under their name, which nobody else gets.",
    "leave.done":
      "{name} has left. What opens anything is to be changed where they knew it: passphrases of desks.",
    "reset-second-factor": "A second factor is lost: offer a new one",
    "reset-second-factor.about":
      "By an administrator for somebody else, whose sessions end at once; or by yourself, after signing in with a recovery code " +
      "less than ten minutes ago. To enrol it takes the present password, so that an administrator alone gets in nowhere.",
    "reset-second-factor.done": "The second factor of {name} is to be made anew.",
    "reset-password": "A password is forgotten: offer a new one",
    "reset-password.about":
      "By an administrator for somebody else. To enrol it takes the present second factor, so that an administrator alone gets in nowhere.",
    "reset-password.done": "The password of {name} is to be made anew.",
    "break-glass": "The last administrator is gone: make one, from the machine itself",
    "break-glass.about":
      "Takes the home's files and the node's passphrase, with the node stopped. Makes the officer administrator, a new one or one " +
      "who is there, whose password, second factor and sessions end; and cannot be done unseen: the audit log has it, with the reason.",
    "break-glass.done": "{name} is an administrator.",
    reason: "Why; it stands in the audit log",
    enrol: "Set your password and second factor with the code that you were given",
    "enrol.about":
      "Asks for the code, shows a secret for your authenticator (any app for TOTP), and asks for a password and the six digits. " +
      "Then it prints recovery codes, once: keep them on paper, apart. Where nobody can type, run it twice: with --enrolment alone it prints the " +
      "secret; with --enrolment, --password-file and --code it is done.",
    enrolment: "The code that you were given",
    passwordFile: "A file with the password, where nobody can type",
    code: "The six digits",
    askEnrolment: "The code that you were given: ",
    askPassword: "Password (12 characters or more; the present one for a new second factor): ",
    askAgain: "The same again: ",
    askCode: "The six digits that the authenticator shows: ",
    secret: "Put this into your authenticator:\n    {uri}\nor type it in: {secret}",
    "enrol.done": "Done. Sign in with the next digits: parley login {name}",
    recovery: "Each of these codes is good once in place of the digits. Keep them on paper, apart:",
  },
  {
    about:
      "Стороной без сотрудников управляет тот, у кого её машина. Добавьте администратора, он зарегистрируется; с этого времени " +
      "команды действуют от имени вошедшего сотрудника (parley login), и каждое действие стоит в журнале действий.",
    list: "Перечислить сотрудников и их роли",
    after: "Где кончилась предыдущая страница, как она сообщает",
    none: "Сотрудников нет: оператор — тот, у кого эта машина. Первый: parley people add ИМЯ --role administrator",
    active: "работает",
    awaited: "ещё не зарегистрирован",
    left: "ушёл {at}",
    more: "Всего сотрудников: {total}; дальше: --after '{next}'",
    name: "Имя для входа; навсегда одного сотрудника",
    title: "Как его знают другие: имя, отдел, телефон",
    role: "Роль, в службе или всей стороны: {roles}",
    peer: "Каналы, которые ему видны; все, если не назван ни один",
    class: "Классы, которые ему видны; все, если не назван ни один",
    add: "Добавить сотрудника",
    "add.about":
      "Создаёт сотрудника с этими ролями и печатает код, один раз. Передайте его лично: с ним сотрудник регистрируется (parley people " +
      "enrol) и задаёт пароль и второй фактор, которых не знает больше никто. Первый сотрудник должен быть администратором.",
    added: "Сотрудник добавлен: {name}.",
    offer:
      "Передайте ему этот код лично; он действует один раз, три дня, и больше показан не будет:\n    {code}\n" +
      "С ним вводят: parley people enrol {name}",
    roles: "Заново задать, что сотрудник может делать и видеть",
    "roles.about":
      "Заменяет все прежние роли, каналы и классы сотрудника. Роли в службе пишутся роль/служба " +
      "(technical, watch, political): watch-officer — дежурный, drafter — составитель, translator и second-translator — переводчики, " +
      "release-officer — выпускающий, approver — утверждающий, head-of-desk — начальник службы; роли всей стороны: key-custodian — хранитель ключей, auditor — проверяющий, administrator — администратор.",
    "roles.done": "Теперь {name}: {roles}.",
    nothing: "ничего",
    leave: "Сотрудник уходит: сеансы завершаются, входа больше нет",
    "leave.about":
      "Завершает все сеансы, отменяет пароль, второй фактор и коды сотрудника и передаёт его дела. Сделанное остаётся под его " +
      "именем, которого больше не получит никто.",
    "leave.done": "Сотрудник ушёл: {name}. Смените то, что он знал: парольные фразы служб.",
    "reset-second-factor": "Второй фактор утрачен: выдать код на новый",
    "reset-second-factor.about":
      "Администратором для другого, чьи сеансы сразу завершаются; или самим, после входа с резервным кодом " +
      "не более десяти минут назад. Для регистрации нужен нынешний пароль, поэтому один администратор никуда не войдёт.",
    "reset-second-factor.done": "Второй фактор нужно создать заново: {name}.",
    "reset-password": "Пароль забыт: выдать код на новый",
    "reset-password.about":
      "Администратором для другого. Для регистрации нужен нынешний второй фактор, поэтому один администратор никуда не войдёт.",
    "reset-password.done": "Пароль нужно создать заново: {name}.",
    "break-glass": "Администраторов не осталось: назначить с самой машины",
    "break-glass.about":
      "Нужны файлы каталога и парольная фраза узла, сам узел остановлен. Делает администратором нового или имеющегося " +
      "сотрудника, чьи пароль, второй фактор и сеансы отменяются. Незаметно это сделать нельзя: в журнале действий есть запись с причиной.",
    "break-glass.done": "Администратор назначен: {name}.",
    reason: "Почему; это стоит в журнале действий",
    enrol: "Задать пароль и второй фактор по выданному коду",
    "enrol.about":
      "Спрашивает код, показывает секрет для вашего устройства (любое приложение TOTP), спрашивает пароль и шесть цифр. " +
      "Затем один раз печатает резервные коды: храните их на бумаге, отдельно. Если вводить некому, запустите дважды: с одним --enrolment печатается " +
      "секрет; с --enrolment, --password-file и --code регистрация завершается.",
    enrolment: "Выданный вам код",
    passwordFile: "Файл с паролем, если вводить некому",
    code: "Шесть цифр",
    askEnrolment: "Выданный вам код: ",
    askPassword: "Пароль (не короче 12 знаков; для нового второго фактора — нынешний): ",
    askAgain: "Ещё раз: ",
    askCode: "Шесть цифр с устройства: ",
    secret: "Внесите в устройство:\n    {uri}\nили введите вручную: {secret}",
    "enrol.done": "Готово. Войдите со следующими цифрами: parley login {name}",
    recovery: "Каждый из этих кодов один раз заменяет цифры. Храните их на бумаге, отдельно:",
  },
);
