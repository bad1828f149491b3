/**
 * What the command says of messages, cases, items and files that it did not send, show or read, in English.
 *
 * @module
 */
import type { RefusalCode } from "@parley/core/refusal-codes";
import type { FailureText } from "./failure-texts-en.ts";

type OfficeRefusalCode = Extract<
  RefusalCode,
  | `attachment.${string}`
  | `channel.${string}`
  | `csv.${string}`
  | `desk.${string}`
  | `item.${string}`
  | `office.${string}`
  | "agreement.kind-not-for-desk"
  | `case.${"move-not-allowed" | "unknown" | "wrong-role"}`
  | `entry.${"too-large" | "wrong-class" | "wrong-signer"}`
  | `kind.${string}`
  | `message.${"bad-draft" | "bad-item" | "bad-items" | "missing-item" | "too-large" | "unknown"}`
>;
export type OfficeTexts = Readonly<Record<OfficeRefusalCode, FailureText>>;

const notSent = "Nothing was sent.";
const notWritten = "No file was written.";
const nothingChanged = "Nothing was changed.";
const notImported = "Nothing was imported and no file was written.";
const askSender = "Ask the sender to attach it again, in a new message.";

export const officeFailureTextsEn: OfficeTexts = {
  "agreement.kind-not-for-desk": {
    happened: "The agreement does not send messages of this kind to that desk.",
    means: notSent,
    next: "Choose another desk with --to; parley agreement show FILE lists the kinds of each.",
  },
  "attachment.missing": {
    happened: "The attachment is not here.",
    means: notWritten,
    next: askSender,
  },
  "attachment.too-large": {
    happened: "{file} is larger than the agreement allows for one attachment.",
    means: notSent,
    next: "Split the file, or agree on a larger limit: parley agreement propose.",
  },
  "attachment.truncated": {
    happened: "The attachment ends too early.",
    means: notWritten,
    next: askSender,
  },
  "attachment.unreadable": {
    happened: "The attachment does not open under the key that its message gives.",
    means: notWritten,
    next: askSender,
  },
  "attachment.wrong-digest": {
    happened: "The attachment is not the file whose digest its message gives.",
    means: notWritten,
    next: askSender,
  },
  "case.move-not-allowed": {
    happened: "The case is not in a phase in which this can be said ({detail}).",
    means: notSent,
    next: "Look at the case as it stands now and choose another step: parley case ID.",
  },
  "case.unknown": {
    happened: "There is no case {id}, or its first message has no receipt yet.",
    means: nothingChanged,
    next: "Compare the id with those that parley cases --all lists.",
  },
  "case.wrong-role": {
    happened: "This step belongs to the other party ({detail}).",
    means: notSent,
    next: "Wait for it, or choose another step: parley case ID.",
  },
  "channel.ambiguous": {
    happened: "There are channels with several peers.",
    means: nothingChanged,
    next: "Name the peer: --peer NAME. parley pair lists them.",
  },
  "channel.unknown": {
    happened: "There is no open channel, or none with this peer.",
    means: nothingChanged,
    next: "See whether both have confirmed and agreed: parley pair, parley agreement show.",
  },
  "csv.bad-encoding": {
    happened: "The file is not in UTF-8: {detail}.",
    means: notImported,
    next: "Save it as CSV in UTF-8 and import it again.",
  },
  "csv.line-too-long": {
    happened: "The file cannot be a table: {detail}.",
    means: notImported,
    next: "Check that it is the right file; ask its author for a sound one.",
  },
  "csv.malformed": {
    happened: "The file is not CSV as RFC 4180 writes it: {detail}.",
    means: notImported,
    next: "Correct quotes and commas there, or ask its author for a sound file.",
  },
  "csv.missing-columns": {
    happened: "Columns are missing: {detail}.",
    means: notImported,
    next: "Give the columns these headings, or ask the author for a file that has them.",
  },
  "csv.repeated-column": {
    happened: "Two columns have one heading: {detail}.",
    means: notImported,
    next: "Rename or remove one of them.",
  },
  "csv.too-large": {
    happened: "The file is too large: {detail}.",
    means: notImported,
    next: "Split it; each part becomes a message of its own.",
  },
  "csv.too-many-rows": {
    happened: "The file has too many rows: {detail}.",
    means: notImported,
    next: "Split it; each part becomes a message of its own.",
  },
  "csv.wrong-width": {
    happened: "A row has not as many fields as there are headings: {detail}.",
    means: notImported,
    next: "Correct the row; a comma inside a value needs quotes around the value.",
  },
  "desk.locked": {
    happened: "The desk “{detail}” is locked.",
    means: notSent,
    next: "Give its passphrase: --{detail}-passphrase-file FILE, here or where parley serve was started.",
  },
  "desk.unknown": {
    happened: "The other side has no such desk.",
    means: notSent,
    next: "Choose another with --to; parley agreement show FILE lists them.",
  },
  "entry.too-large": {
    happened: "The message is too long for one entry.",
    means: notSent,
    next: "Shorten it, or put the evidence into a file: --attach FILE.",
  },
  "entry.wrong-class": {
    happened: "A message of this kind has no place in this class of traffic ({detail}).",
    means: notSent,
    next: "Choose another with --class, or leave it out.",
  },
  "entry.wrong-signer": {
    happened: "A message of this kind is signed by the node, not by a desk ({detail}).",
    means: notSent,
    next: "Leave --by and --to out.",
  },
  "item.invalid": {
    happened: "An item does not have the form of one: {detail}.",
    means: notSent,
    next: "Correct it in the file of items; items are counted from 0.",
  },
  "item.not-there": {
    happened: "What was shown does not open a field of this item.",
    means: nothingChanged,
    next: "Ask for what belongs to it.",
  },
  "item.too-large": {
    happened: "An item is too long ({detail}).",
    means: notSent,
    next: "Shorten its text, or attach it as a file: --attach FILE.",
  },
  "item.too-many": {
    happened: "There are too many items ({detail}).",
    means: notSent,
    next: "Split them over several messages.",
  },
  "kind.invalid-body": {
    happened: "The message is not of the form of its kind: {detail}.",
    means: notSent,
    next: "See the fields and a valid one: parley send KIND --help; parley send KIND --example.",
  },
  "kind.invalid-control": {
    happened: "A message of this kind needs another case, answer, ask, severity or desk: {detail}.",
    means: notSent,
    next: "See parley send --help: --case, --answers, --ask, --severity, --to.",
  },
  "message.bad-draft": {
    happened: "No message can be made of this ({detail}).",
    means: notSent,
    next: "See the fields and a valid one: parley send KIND --help; parley send KIND --example.",
  },
  "message.bad-item": {
    happened: "The list of items of the message cannot be read ({detail}).",
    means: nothingChanged,
    next: "Run parley rebuild --from-logs; if it stays so, restore the last backup.",
  },
  "message.bad-items": {
    happened: "The list of items is not the one that the message commits to ({detail}).",
    means: nothingChanged,
    next: "Run parley rebuild --from-logs; if it stays so, restore the last backup.",
  },
  "message.missing-item": {
    happened: "An item of the message is neither shown nor named as held back ({detail}).",
    means: nothingChanged,
    next: "Run parley rebuild --from-logs; if it stays so, restore the last backup.",
  },
  "message.too-large": {
    happened: "The message shows more than 40,000 bytes.",
    means: notSent,
    next: "Shorten it, or put the evidence into a file: --attach FILE.",
  },
  "message.unknown": {
    happened: "There is no message {id}.",
    means: nothingChanged,
    next: "Compare the id with those that parley case ID lists.",
  },
  "office.ambiguous-id": {
    happened: "Several ids begin with {id}: {count}.",
    means: nothingChanged,
    next: "Type more characters of the one that is meant.",
  },
  "office.attachment-not-here": {
    happened: "The attachment {digest} is not here, or not whole.",
    means: notWritten,
    next: "Wait until it has come; if its message was refused, the sender must send both again.",
  },
  "office.bad-items-file": {
    happened: "{file} is not a file of items: {detail}.",
    means: notSent,
    next: "Make one with parley import FILE.csv --out ITEMS.json, and change only dispositions and items in it.",
  },
  "office.file-exists": {
    happened: "There is a file {file} already.",
    means: "It was not touched, and nothing was written.",
    next: "Name another file with --out, or move that one away.",
  },
  "office.file-too-large": {
    happened: "{file} is larger than {bytesMax} bytes.",
    means: notSent,
    next: "Split it over several messages.",
  },
  "office.no-attachment": {
    happened: "The message {id} names no such attachment.",
    means: notWritten,
    next: "See what it names: parley attachment list ID.",
  },
  "office.no-directory": {
    happened: "There is no directory for {file}.",
    means: notWritten,
    next: "Make the directory, or name another file with --out.",
  },
  "office.no-file": {
    happened: "{file} cannot be read as a file (the system says {cause}).",
    means: notSent,
    next: "Check the name, and the right of the account that serves to read it.",
  },
};
