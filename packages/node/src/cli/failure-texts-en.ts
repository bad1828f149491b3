/**
 * What the command says when it did not do what was asked, in English.
 *
 * Three sentences each: what happened, what it means for the data, what to do next. Codes of wire
 * refusals have their text in `core/vocabulary`; here are those that only this machine's people see.
 *
 * @module
 */
import type { RefusalCode } from "@parley/core/refusal-codes";

export interface FailureText {
  readonly happened: string;
  readonly means: string;
  readonly next: string;
}

/** Of notices that are issued anew: their texts stand apart. */
export type NoticeFailureCode =
  `keys.${"not-by-hand" | "not-higher" | "notice-taken" | "signed-since"}`;

/** Areas whose refusals never leave this machine. */
type LocalArea = "cli" | "config" | "control" | "home" | "keys" | "pair" | "head-store" | "storage";
type LocalRefusalCode = Exclude<Extract<RefusalCode, `${LocalArea}.${string}`>, NoticeFailureCode>;

/** Codes of `Fault`s that may reach a command, and of a defect. */
type FaultCode =
  | `disk.${"denied" | "failed" | "full"}`
  | `listen.${"denied" | "failed" | "no-such-address" | "port-taken"}`
  | `storage.${"damaged" | "full" | "io" | "locked" | "read-only" | "unavailable"}`
  | "control.cut-off"
  | "head-store.damaged"
  | "node.defect";

export type FailureCode = LocalRefusalCode | FaultCode;
export type FailureTexts = Readonly<Record<FailureCode, FailureText>>;

const nothingChanged = "Nothing was changed.";
const nothingLost = "What was stored before is untouched.";

export const failureTextsEn: FailureTexts = {
  "cli.cancelled": {
    happened: "Cancelled.",
    means: "What was done before is kept; nothing is half done.",
    next: "Run the command again when you like.",
  },
  "cli.file-too-large": {
    happened: "{file} is larger than {bytesMax} bytes, the most that such a file can have.",
    means: "Nothing was imported.",
    next: "Check that it is the right file.",
  },
  "cli.file-exists": {
    happened: "{file} is there already.",
    means: "It was not touched; nothing was written.",
    next: "Name another file, or move that one away.",
  },
  "cli.no-body": {
    happened: "A message of the kind {kind} says more than these flags can.",
    means: "Nothing was sent.",
    next: "Give its blocks with --body FILE (--example prints one to fill in), or its text with --text.",
  },
  "cli.no-such-field": {
    happened: "An item has no field {field} that could be redacted.",
    means: "Nothing was written.",
    next: "Use one of: {fields}.",
  },
  "cli.no-such-kind": {
    happened: "There is no kind {kind}. The nearest is {nearest}.",
    means: "Nothing was sent.",
    next: "Use one of: {kinds}.",
  },
  "cli.not-json": {
    happened: "{file} is not JSON, or names a member twice.",
    means: "Nothing was sent.",
    next: "Check the file; a JSON checker shows the place.",
  },
  "cli.no-such-file": {
    happened: "{file} cannot be read (the system says {cause}).",
    means: nothingChanged,
    next: "Check the name of the file and the right to read it.",
  },
  "cli.not-text": {
    happened: "{file} is not text in UTF-8.",
    means: "Nothing was imported.",
    next: "Check that it is the right file and was not converted on its way.",
  },
  "cli.usage": {
    happened: "The command line was not understood: {detail}",
    means: nothingChanged,
    next: "Run the command with --help: it shows an example.",
  },
  "config.bad-value": {
    happened: "The setting {name} ({source}) is “{found}”, which it cannot be.",
    means: "Nothing was started and nothing was changed.",
    next: "Write {expected}.",
  },
  "config.not-json": {
    happened: "{file} is not one JSON object, or it names a setting twice.",
    means: "Nothing was started and nothing was changed.",
    next: 'Correct the file, for example {"logLevel":"info"}, or move it away: every setting has a default.',
  },
  "config.unknown-key": {
    happened: "There is no setting {name} ({source}).",
    means: "Nothing was started: a misspelt setting would otherwise do nothing without a word.",
    next: "Correct or remove it. The settings are: {known}.",
  },
  "config.unreadable-file": {
    happened: "{file} cannot be read (the system says {cause}).",
    means: "Nothing was started and nothing was changed.",
    next: "Give the account that runs parley the right to read the file, or move it away.",
  },
  "control.bad-input": {
    happened: "What was asked does not have the form that the node takes: {detail}.",
    means: nothingChanged,
    next: "If a file was given, check that it is the one this command reads (--help says which). If not, restart the server: it may be of another version.",
  },
  "control.cut-off": {
    happened: "The server ended before it answered.",
    means: "What was asked may have been done or not; nothing is half done.",
    next: "Look at the state, for example with `parley queue`, before asking again.",
  },
  "control.too-large": {
    happened: "What was asked is longer than the control socket takes ({detail}).",
    means: nothingChanged,
    next: "Put the evidence into a file and attach it: `parley import`.",
  },
  "control.unknown-operation": {
    happened: "The server does not know the operation “{detail}”.",
    means: nothingChanged,
    next: "Command and server are of different versions: restart the server.",
  },
  "disk.denied": {
    happened: "The system does not allow it: {detail}.",
    means: nothingLost,
    next: "Give the account that runs parley the right to write there; check that the disk is not read-only. A PostgreSQL standby takes no writes: name the primary in the setting storage.",
  },
  "disk.failed": {
    happened: "The disk failed: {detail}.",
    means: "What was acknowledged before is kept; what was being written may be missing.",
    next: "Check the disk and the path, then try again.",
  },
  "disk.full": {
    happened: "The disk is full: {detail}.",
    means: `${nothingLost} What was being written was not kept.`,
    next: "Make room and try again.",
  },
  "head-store.busy": {
    happened: "Another program holds the head store {path}.",
    means: nothingChanged,
    next: "End the other program; two nodes must never share a head store.",
  },
  "head-store.damaged": {
    happened: "The head store is damaged: {detail}.",
    means:
      "Nothing is signed until it is certain what was signed last. What is stored is readable.",
    next: "Restore the head store from its own copy, not from the backup of the home directory.",
  },
  "head-store.exists": {
    happened: "There is a head store already: {path}.",
    means: "No home was made. The file may belong to another node.",
    next: "Name another file with --head-store PATH, or move that one away if its node is gone.",
  },
  "head-store.missing": {
    happened: "The head store {path} is not there.",
    means:
      "Nothing is signed until it is certain what was signed last. What is stored is readable.",
    next: "Bring the medium that holds it, or say where it is: headStore in parley.json or --head-store.",
  },
  "home.busy": {
    happened: "Another parley command is using {home} and has not finished.",
    means: nothingChanged,
    next: "Wait for it to finish and try again.",
  },
  "home.damaged": {
    happened: "{home}/home.json is damaged.",
    means: "Nothing was opened. The database and the keys beside it are untouched.",
    next: "Restore home.json from the backup of this directory.",
  },
  "home.exists": {
    happened: "{home} is not empty.",
    means: "Nothing was changed in it.",
    next: "Name another directory with --home, or use the home that is there.",
  },
  "home.missing": {
    happened: "{home} is not the home of a node.",
    means: nothingChanged,
    next: "Name the right directory with --home, or make a home: parley init --party NAME.",
  },
  "home.open-to-others": {
    happened: "Other accounts of this machine may enter {home}.",
    means: "Nothing was opened. The database there is readable text.",
    next: "Close it: chmod 700 {home}",
  },
  "home.other-version": {
    happened: "{home} is a home of version {found}; this program reads version {spoken}.",
    means: nothingLost,
    next: "Use the program that belongs to it, or restore the backup made before the upgrade.",
  },
  "home.served": {
    happened: "A server is running on {home} already.",
    means: nothingChanged,
    next: "Use the one that runs, or stop it first.",
  },
  "home.taken": {
    happened: "{home} is the home of {party} already.",
    means: "Nothing was changed in it, and no key was made.",
    next: "Use it as it is, or name another directory with --home.",
  },
  "home.unreadable": {
    happened: "{home} cannot be read (the system says {cause}).",
    means: nothingChanged,
    next: "Check the path, and that the account that runs parley owns the directory.",
  },
  "keys.damaged": {
    happened: "A key is damaged: {file}.",
    means:
      "Nothing was opened. Messages and logs are untouched, but this key reads and signs nothing.",
    next: "Restore the file from the backup of the keys.",
  },
  "keys.exists": {
    happened: "There is a key file already: {file}.",
    means: "It was not touched, and no home was made.",
    next: "Name another file with --authority-key PATH, or move that one to where it is kept.",
  },
  "keys.missing": {
    happened: "There is no file {file}, which a key needs.",
    means: nothingChanged,
    next: "Bring the medium that holds it, or correct the setting that names it (--authority-key, --passphrase-file).",
  },
  "keys.no-descriptor": {
    happened: "There is no descriptor in the file.",
    means: "Nothing was imported.",
    next: "Ask the other side for what `parley keys handover` writes.",
  },
  "keys.no-remedy": {
    happened: "A stolen authority key cannot be taken back.",
    means:
      "Nothing was changed. Whoever holds it can sign descriptors as you; nothing in the protocol undoes that.",
    next: "Tell the other side in person. Make a new home (parley init), pair anew and agree anew: docs/operate.md, “Key stolen”.",
  },
  "keys.not-seen": {
    happened: "These peers have not seen past the change yet: {peers}.",
    means: "Nothing was changed. Without the old TLS key they would not let this node in.",
    next: "Wait until they have (ten minutes after it was delivered they say so), then try again.",
  },
  "keys.nothing-to-retire": {
    happened: "There is only one TLS key in use.",
    means: "Nothing was changed.",
    next: "Make the next one first: parley keys change tls.",
  },
  "keys.no-passphrase": {
    happened: "The passphrase for “{holds}” is needed, and nobody can be asked.",
    means: nothingChanged,
    next: "Run the command in a terminal, or name a file that holds it: {flag} PATH.",
  },
  "keys.passphrase-mismatch": {
    happened: "The two passphrases that were typed differ.",
    means: "No key was made.",
    next: "Begin again and type the same passphrase twice.",
  },
  "keys.short-passphrase": {
    happened: "The passphrase for {holds} is shorter than {charactersMin} characters.",
    means: "No key was made under it.",
    next: "Choose a longer one: five random words are good.",
  },
  "keys.which-peer": {
    happened: "There are several peers: {peers}.",
    means: nothingChanged,
    next: "Say in whose channel the entries are: --peer NAME.",
  },
  "keys.wrong-passphrase": {
    happened: "The passphrase does not open {file} ({holds}).",
    means: "Nothing was opened and nothing was changed. There is no limit on attempts.",
    next: "Try again; check the keyboard layout. Nobody can open the file without the passphrase.",
  },
  "listen.denied": {
    happened: "The system does not allow listening on {detail}.",
    means: "Nothing was started. What is stored is untouched.",
    next: "Choose a port above 1023 with peerListen in parley.json or --peer-listen.",
  },
  "listen.failed": {
    happened: "It was not possible to listen on {detail}.",
    means: "Nothing was started. What is stored is untouched.",
    next: "Check peerListen in parley.json or --peer-listen.",
  },
  "listen.no-such-address": {
    happened: "{detail} is not an address of this machine.",
    means: "Nothing was started. What is stored is untouched.",
    next: "Set peerListen in parley.json or --peer-listen to an address that `ip address` shows.",
  },
  "listen.port-taken": {
    happened: "Another program listens on {detail} already.",
    means: "Nothing was started. What is stored is untouched.",
    next: "Stop that program, or choose another port with peerListen in parley.json or --peer-listen.",
  },
  "node.defect": {
    happened: "The program made a mistake and stopped what it was doing.",
    means: "What was acknowledged before is kept; nothing is half done.",
    next: "Run the command again with PARLEY_LOG_LEVEL=debug and report what it says; it holds no content.",
  },
  "pair.not-confirmed": {
    happened: "{peer} has been imported and not confirmed.",
    means: "Nothing can be agreed with it and nothing flows.",
    next: "Have its digits read aloud, in person, and type them: parley pair --peer {peer}",
  },
  "pair.unknown-peer": {
    happened: "No descriptor of {peer} has been imported.",
    means: nothingChanged,
    next: "Import it first: parley pair FILE.",
  },
  "storage.damaged": {
    happened: "The database is damaged ({detail}).",
    means: "Nothing more is written to it, so that nothing more is lost.",
    next: "Stop the node, keep a copy of the home directory, and restore the last backup.",
  },
  "storage.exists": {
    happened: "There is a database already: {database}.",
    means: "No home was made. The database was not touched.",
    next: "Name another directory with --home, or another database with --storage.",
  },
  "storage.full": {
    happened: "The disk under the database is full.",
    means: `${nothingLost} What was being written was not kept.`,
    next: "Make room and try again.",
  },
  "storage.io": {
    happened: "The disk under the database failed ({detail}).",
    means: "What was acknowledged before is kept.",
    next: "Check the disk, then try again.",
  },
  "storage.locked": {
    happened: "Another program holds the database.",
    means: nothingChanged,
    next: "End the program that has the database open (a backup, a database browser) and try again.",
  },
  "storage.missing": {
    happened: "The database {database} is not there.",
    means:
      "Nothing was started: an empty database would pass for a node that has said nothing yet.",
    next: "Bring the database back from its backup, or correct the setting storage.",
  },
  "storage.newer-schema": {
    happened:
      "{database} was written by a newer program (version {found}; this one writes {spoken}).",
    means: nothingLost,
    next: "Use the newer program, or restore the backup made before the upgrade.",
  },
  "storage.other-program": {
    happened: "{database} is not a database of Parley.",
    means: "It was not touched.",
    next: "Check the path of the home directory, or the setting storage; bring the database back from its backup.",
  },
  "storage.read-only": {
    happened: "The database cannot be written.",
    means: nothingLost,
    next: "Give the account that runs parley the right to write the home directory; check that the disk is not read-only. A PostgreSQL standby takes no writes: name the primary in the setting storage.",
  },
  "storage.unavailable": {
    happened: "The database cannot be reached ({detail}).",
    means: nothingLost,
    next: "Check that the database is there and running, then try again.",
  },
};
