/**
 * What the command line library says by itself, in Russian; its English is its own.
 *
 * @module
 */
import {
  type ApplicationText,
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
} from "@stricli/core";

export const usageTextRu: ApplicationText = {
  headers: {
    usage: "ИСПОЛЬЗОВАНИЕ",
    aliases: "ДРУГИЕ ИМЕНА",
    commands: "КОМАНДЫ",
    flags: "ФЛАГИ",
    arguments: "АРГУМЕНТЫ",
  },
  keywords: { default: "по умолчанию =", separator: "разделитель =" },
  briefs: {
    help: "Показать эту справку и выйти",
    helpAll: "Показать справку со скрытыми командами и флагами и выйти",
    version: "Показать версию и выйти",
    argumentEscapeSequence: "Всё дальнейшее считать аргументами",
  },
  noCommandRegisteredForInput: ({ input, corrections }) =>
    `Нет команды \`${input}\`${maybe(corrections)}`,
  noTextAvailableForLocale: ({ requestedLocale }) => `Нет текстов на языке ${requestedLocale}`,
  exceptionWhileParsingArguments: (error) =>
    error instanceof ArgumentScannerError ? describe(error) : "Аргументы не разобраны",
  exceptionWhileLoadingCommandFunction: () => "Команда не загружена",
  exceptionWhileLoadingCommandContext: () => "Команда не загружена",
  exceptionWhileRunningCommand: () => "Команда не выполнена",
  exceptionWhileRunningIntegrationHook: () => "Команда не выполнена",
  exceptionWhileRunningIntegrationFlag: () => "Команда не выполнена",
  commandErrorResult: (error) => error.message,
  currentVersionIsNotLatest: ({ currentVersion, latestVersion }) =>
    `Версия ${currentVersion}, последняя ${latestVersion}`,
};

function describe(error: ArgumentScannerError): string {
  return formatMessageForArgumentScannerError(error, {
    AliasNotFoundError: ({ input }) => `Нет флага \`-${input}\``,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input }) =>
      `Значение \`${input}\` не годится для \`${name}\``,
    EnumValidationError: ({ externalFlagName: name, input, values }) =>
      `\`${input}\` не годится для \`--${name}\`; можно: ${values.join(", ")}`,
    FlagNotFoundError: ({ input, corrections }) => `Нет флага \`--${input}\`${maybe(corrections)}`,
    InvalidNegatedFlagSyntaxError: ({ externalFlagName: name }) =>
      `У флага \`--${name}\` не бывает значения`,
    UnexpectedFlagError: ({ externalFlagName: name }) => `Флаг \`--${name}\` дан дважды`,
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      `Лишний аргумент \`${input}\`: ожидается не больше ${expectedCount}`,
    UnsatisfiedFlagError: ({ externalFlagName: name }) => `Флагу \`--${name}\` нужно значение`,
    UnsatisfiedPositionalError: ({ placeholder }) => `Не хватает аргумента ${placeholder}`,
  });
}

function maybe(corrections: readonly string[]): string {
  return corrections.length === 0 ? "" : `; возможно, ${corrections.join(", ")}`;
}
