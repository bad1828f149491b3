/**
 * Every bound on what somebody else can make a node read, keep, hold or wait for, in one table.
 *
 * The numbers are the constants that the program enforces, so that the table cannot say another one.
 * A test shows each (`tests/bounds/`), and another that no bound of the source is missing here.
 * `docs/bounds.md` is written from it.
 *
 * @module
 */

import { agreementBytesMax } from "@parley/core/agreement/agreement";
import * as agreementSchema from "@parley/core/agreement/agreement-schema";
import { witnessesMax, witnessGroupsMax } from "@parley/core/agreement/witness-policy";
import { clockStopsMax } from "@parley/core/case/case-clock";
import { openCasesMax } from "@parley/core/case/case-table";
import { suspensionsPerDayMax } from "@parley/core/case/suspensions";
import { jwsHeaderBytesMax, jwsPayloadDepthMax, jwsSignaturesMax } from "@parley/core/crypto/jws";
import { entryBytesMax, entryHeaderBytesMax } from "@parley/core/entry/entry";
import { sourceRowMax, valueBytesMax } from "@parley/core/item/item";
import { fileBytesMax, filesMax } from "@parley/core/kind/common-blocks";
import { checkpointCharsMax } from "@parley/core/kind/node-kinds";
import {
  documentCharsMax,
  langCharsMax,
  lineCharsMax,
  textCharsMax,
} from "@parley/core/kind/values";
import { overlapEntriesMax, pendingCheckpointsMax } from "@parley/core/log/mirror-judge";
import { addCheckpointBytesMax, uploadPackagesMax } from "@parley/core/log/mirror-messages";
import { keyNameBytesMax, noteBytesMax, noteSignaturesMax } from "@parley/core/log/note";
import { epochMax } from "@parley/core/log/origin";
import { proofHashesMax } from "@parley/core/log/proofs";
import { receiptListLengthMax, receiptsPerListMax } from "@parley/core/log/receipt-list";
import { treeSizeMax } from "@parley/core/log/tree";
import { heldBackMax, heldBackRangesMax, itemCountMax } from "@parley/core/message/body";
import { severityMax, timeMax } from "@parley/core/message/control";
import { disclosedBytesMax, disclosureDepthMax } from "@parley/core/message/disclosure";
import { inlineItemsBytesMax, itemLineBytesMax } from "@parley/core/message/item-lines";
import { shownBytesMax } from "@parley/core/message/present";
import { agreementVersionMax, statementBytesMax } from "@parley/core/message/statement";
import {
  noticeBytesMax,
  noticeStatementsMax,
  originLengthMax,
} from "@parley/core/party/channel-notice";
import { descriptorBytesMax } from "@parley/core/party/descriptor";
import * as descriptorSchema from "@parley/core/party/descriptor-schema";
import { typedLengthMax } from "@parley/core/party/fingerprint";
import { protocolMax, serialMax } from "@parley/core/party/signed-fields";
import { presendTextLengthMax } from "@parley/core/presend/check-draft";
import { fileEdgeBytesMax } from "@parley/core/presend/file-metadata";
import { listNameCharsMax, listNamesMax } from "@parley/core/presend/own-lists";
import { auditEntryBytesMax } from "@parley/core/record/audit-entry";
import { auditIndexBytesMax } from "@parley/core/record/audit-index";
import { checkpointListLengthMax } from "@parley/core/record/checkpoint-list";
import { contentKeysLengthMax } from "@parley/core/record/content-keys";
import {
  exportAttachmentsMax,
  exportLogsMax,
  indexBytesMax,
  recordsPerFileMax,
} from "@parley/core/record/export-index";
import {
  prefixHashesMax,
  proofBytesMax,
  proofTextsMax,
  silenceEntriesMax,
} from "@parley/core/record/proof-bundle";
import { proofExtraBytesMax, proofFileLengthMax } from "@parley/core/record/tlog-proof";
import { bundleBytesMax } from "@parley/core/record/verify-log";
import {
  csvColumnsMax,
  csvFileBytesMax,
  csvLineBytesMax,
} from "@parley/node/adapters/csv/read-csv";
import { bodyBytesMax, bodyDepthMax } from "@parley/node/cli/commands/send";
import { configFileBytesMax } from "@parley/node/config";
import { controlInputBytesMax } from "@parley/node/http/control/control-message";
import { peerAppLimits, receiptListBytesMax } from "@parley/node/http/peer/peer-app";
import {
  codeBytesMax,
  mirrorInfoBytesMax,
  retryAfterSecondsMax,
} from "@parley/node/http/peer/peer-client";
import { peerAgentLimits, peerServerLimits } from "@parley/node/http/peer/tls";
import { uploadBytesMax } from "@parley/node/http/peer/upload-request";
import {
  fetchBytesPerSecondMin,
  fetchGraceMs,
  fetchMsMax,
} from "@parley/node/service/attachment-transfer";
import { itemsPerPageMax } from "@parley/node/service/item-operations";
import { chainLengthMax } from "@parley/node/service/party-operations";
import { boxBytesMax } from "@parley/node/service/secret-box";
import { itemsFileBytesMax, itemsFileDepthMax } from "@parley/node/service/send-operations";
import {
  attachmentPartBytesMax,
  attachmentPartBytesMin,
  pageRowsMax,
} from "@parley/node/service/storage-content";

export type BoundUnit =
  | "octets"
  | "octets a second"
  | "UTF-16 code units"
  | "characters"
  | "levels"
  | "ms"
  | "s"
  | "items"
  | "number";

export interface Bound {
  /** What is bounded. */
  readonly what: string;
  readonly value: number;
  readonly unit: BoundUnit;
  /** The module that enforces it, below `packages/`. */
  readonly by: string;
  /** The code with which what is beyond is refused; in words where there is none to answer with. */
  readonly refusal: string;
}

type Row = readonly [what: string, value: number, unit: BoundUnit, refusal: string];

function group(by: string, rows: Readonly<Record<string, Row>>): Readonly<Record<string, Bound>> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, [what, value, unit, refusal]]) => [
      name,
      { what, value, unit, by, refusal },
    ]),
  );
}

const { agreementDesksMax, kindsMax, clocksMax, linkTextsMax, glossaryMax } = agreementSchema;
const { severityLevelsMax, probabilityBandsMax, witnessPolicyLengthMax } = agreementSchema;
const { desksMax, tlsPinsMax, addressesMax, contactsMax, protocolsMax } = descriptorSchema;
const server = peerServerLimits;
const app = peerAppLimits;
const agent = peerAgentLimits;

/** By the heading under which `docs/bounds.md` shows them; the first are those before all others. */
export const boundGroups: Readonly<Record<string, Readonly<Record<string, Bound>>>> = {
  "The peers' listener": {
    ...group("node/src/http/peer/tls.ts", {
      connectionsMax: ["connections at a time", server.connectionsMax, "items", "closed at once"],
      handshakeMs: ["TLS handshake", server.handshakeMs, "ms", "closed"],
      headerBytesMax: ["header of a request", server.headerBytesMax, "octets", "HTTP 431"],
      headersMs: ["until the header is whole", server.headersMs, "ms", "HTTP 408"],
      requestMs: ["until the request is whole", server.requestMs, "ms", "HTTP 408"],
      checkMs: ["and so much later at most", server.checkMs, "ms", "closed"],
      keepAliveMs: ["a connection without a request", server.keepAliveMs, "ms", "closed"],
    }),
    ...group("node/src/http/peer/peer-app.ts", {
      requestsPerPeerMax: [
        "requests of one peer at a time",
        app.requestsPerPeerMax,
        "items",
        "exchange.too-many",
      ],
      uploadsPerPeerMax: ["of these, uploads", app.uploadsPerPeerMax, "items", "exchange.too-many"],
      bodyIdleMs: ["a body without an octet", app.bodyIdleMs, "ms", "closed"],
      answerMs: ["an attachment that is read", app.answerMs, "ms", "closed"],
      addCheckpointBytesMax: [
        "body of add-checkpoint",
        addCheckpointBytesMax,
        "octets",
        "exchange.too-large",
      ],
      uploadBytesMax: ["body of add-entries", uploadBytesMax, "octets", "exchange.too-large"],
      receiptListBytesMax: [
        "body of receipts",
        receiptListBytesMax,
        "octets",
        "exchange.too-large",
      ],
    }),
    ...group("node/src/service/attachment-intake.ts", {
      attachmentPartBytesMin: [
        "part of an attachment that is not the last, at least",
        attachmentPartBytesMin,
        "octets",
        "exchange.bad-range",
      ],
      attachmentPartBytesMax: [
        "of an attachment in memory",
        attachmentPartBytesMax,
        "octets",
        "written in parts",
      ],
    }),
  },
  "Answers of a peer": {
    ...group("node/src/http/peer/tls.ts", {
      connectMs: ["connection to a peer", agent.connectMs, "ms", "peer.timeout"],
      responseHeaderBytesMax: [
        "header of an answer",
        agent.responseHeaderBytesMax,
        "octets",
        "peer.bad-http",
      ],
      pipeliningMax: ["requests on one connection", agent.pipeliningMax, "items", "they wait"],
    }),
    ...group("node/src/http/peer/peer-client.ts", {
      mirrorInfoBytesMax: [
        "where a mirror stands",
        mirrorInfoBytesMax,
        "octets",
        "mirror.bad-answer",
      ],
      codeBytesMax: ["a code", codeBytesMax, "octets", "mirror.bad-answer"],
      retryAfterSecondsMax: ["a wait that is asked for", retryAfterSecondsMax, "s", "cut to it"],
    }),
    ...group("node/src/service/attachment-transfer.ts", {
      fetchBytesPerSecondMin: [
        "attachment that is fetched, at least",
        fetchBytesPerSecondMin,
        "octets a second",
        "peer.too-slow",
      ],
      fetchGraceMs: ["and for the connections", fetchGraceMs, "ms", "peer.too-slow"],
      fetchMsMax: [
        "so the largest attachment may take",
        fetchMsMax(fileBytesMax),
        "ms",
        "peer.too-slow",
      ],
    }),
  },
  "Logs and notes": {
    ...group("core/src/log/note.ts", {
      noteBytesMax: ["a signed note", noteBytesMax, "octets", "log.bad-note"],
      noteSignaturesMax: ["its signatures", noteSignaturesMax, "items", "log.bad-note"],
      keyNameBytesMax: ["the name of a key", keyNameBytesMax, "octets", "log.bad-note"],
    }),
    ...group("core/src/log/mirror-messages.ts", {
      proofHashesMax: ["hashes of a proof", proofHashesMax, "items", "mirror.bad-request"],
      uploadPackagesMax: ["packages of 256 entries", uploadPackagesMax, "items", "HTTP 202"],
    }),
    ...group("core/src/log/mirror-judge.ts", {
      overlapEntriesMax: [
        "entries sent that are held already",
        overlapEntriesMax,
        "items",
        "mirror.overlap",
      ],
      pendingCheckpointsMax: [
        "pending checkpoints remembered",
        pendingCheckpointsMax,
        "items",
        "the oldest is forgotten",
      ],
    }),
    ...group("core/src/log/checkpoint.ts", {
      treeSizeMax: ["entries of a log", treeSizeMax, "items", "log.bad-checkpoint"],
    }),
    ...group("core/src/log/origin.ts", {
      epochMax: ["number of an epoch", epochMax, "number", "log.bad-origin"],
    }),
    ...group("core/src/log/receipt-list.ts", {
      receiptsPerListMax: ["receipts of a list", receiptsPerListMax, "items", "log.bad-receipt"],
      receiptListLengthMax: [
        "a list of receipts",
        receiptListLengthMax,
        "UTF-16 code units",
        "log.bad-receipt",
      ],
    }),
  },
  "Entries and messages": {
    ...group("core/src/entry/entry.ts", {
      entryBytesMax: ["an entry", entryBytesMax, "octets", "entry.unreadable"],
      entryHeaderBytesMax: ["its header line", entryHeaderBytesMax, "octets", "entry.unreadable"],
    }),
    ...group("core/src/case/case-clock.ts", {
      clockStopsMax: ["stops of one clock", clockStopsMax, "items", "they stop no clock"],
    }),
    ...group("core/src/case/case-table.ts", {
      openCasesMax: ["open cases of a channel", openCasesMax, "items", "case.too-many"],
    }),
    ...group("core/src/case/suspensions.ts", {
      suspensionsPerDayMax: [
        "suspensions by one party in a UTC day",
        suspensionsPerDayMax,
        "items",
        "they stop no clock",
      ],
    }),
    ...group("core/src/crypto/jws.ts", {
      jwsSignaturesMax: ["signatures of a document", jwsSignaturesMax, "items", "jws.malformed"],
      jwsPayloadDepthMax: ["nesting of a payload", jwsPayloadDepthMax, "levels", "jws.malformed"],
      jwsHeaderBytesMax: ["a protected header", jwsHeaderBytesMax, "octets", "jws.malformed"],
    }),
    ...group("core/src/message/statement.ts", {
      statementBytesMax: ["a statement", statementBytesMax, "octets", "jws.malformed"],
      agreementVersionMax: [
        "version of an agreement",
        agreementVersionMax,
        "number",
        "message.bad-payload",
      ],
      timeMax: ["a time", timeMax, "s", "message.bad-payload"],
    }),
    ...group("core/src/message/disclosure.ts", {
      disclosedBytesMax: [
        "JSON that a message discloses",
        disclosedBytesMax,
        "octets",
        "message.bad-disclosure",
      ],
      disclosureDepthMax: [
        "nesting of a disclosure",
        disclosureDepthMax,
        "levels",
        "message.bad-disclosure",
      ],
    }),
    ...group("core/src/message/present.ts", {
      shownBytesMax: ["a statement that is shown", shownBytesMax, "octets", "jws.malformed"],
    }),
    ...group("core/src/message/body.ts", {
      itemCountMax: ["items of a message", itemCountMax, "items", "message.bad-body"],
      heldBackMax: ["statements of what is held back", heldBackMax, "items", "message.bad-body"],
      heldBackRangesMax: [
        "ranges of items in one of them",
        heldBackRangesMax,
        "items",
        "message.bad-body",
      ],
    }),
    ...group("core/src/message/control.ts", {
      severityMax: ["severity", severityMax, "number", "message.bad-control"],
    }),
    ...group("core/src/message/item-lines.ts", {
      itemLineBytesMax: ["the line of an item", itemLineBytesMax, "octets", "message.bad-item"],
      inlineItemsBytesMax: [
        "items that travel in the entry",
        inlineItemsBytesMax,
        "octets",
        "sent as an attachment",
      ],
    }),
    ...group("core/src/item/item.ts", {
      valueBytesMax: ["value of an item", valueBytesMax, "octets", "item.invalid"],
      sourceRowMax: ["number of a source row", sourceRowMax, "number", "item.invalid"],
    }),
    ...group("core/src/kind/", {
      textCharsMax: ["a free text", textCharsMax, "characters", "kind.invalid-body"],
      langCharsMax: ["a language tag", langCharsMax, "characters", "kind.invalid-body"],
      lineCharsMax: ["a line of text", lineCharsMax, "characters", "kind.invalid-body"],
      filesMax: ["attachments of a message", filesMax, "items", "kind.invalid-body"],
      fileBytesMax: ["an attachment, sealed", fileBytesMax, "octets", "kind.invalid-body"],
      checkpointCharsMax: [
        "checkpoint in a note of a node",
        checkpointCharsMax,
        "characters",
        "kind.invalid-body",
      ],
      documentCharsMax: [
        "document in a message",
        documentCharsMax,
        "characters",
        "kind.invalid-body",
      ],
    }),
  },
  "Parties and agreements": {
    ...group("core/src/party/descriptor.ts", {
      descriptorBytesMax: ["a descriptor", descriptorBytesMax, "octets", "jws.malformed"],
      desksMax: ["its desks", desksMax, "items", "descriptor.malformed"],
      tlsPinsMax: ["its TLS keys", tlsPinsMax, "items", "descriptor.malformed"],
      addressesMax: ["its addresses", addressesMax, "items", "descriptor.malformed"],
      addressLengthMax: [
        "one of them",
        descriptorSchema.addressLengthMax,
        "UTF-16 code units",
        "descriptor.malformed",
      ],
      contactsMax: ["its contacts", contactsMax, "items", "descriptor.malformed"],
      protocolsMax: ["versions of the protocol", protocolsMax, "items", "descriptor.malformed"],
      protocolMax: ["number of a version", protocolMax, "number", "descriptor.malformed"],
      serialMax: ["serial of a descriptor", serialMax, "number", "descriptor.malformed"],
    }),
    ...group("core/src/party/fingerprint.ts", {
      typedLengthMax: [
        "digits that are typed",
        typedLengthMax,
        "UTF-16 code units",
        "fingerprint.malformed",
      ],
    }),
    ...group("core/src/party/channel-notice.ts", {
      noticeBytesMax: ["a channel notice", noticeBytesMax, "octets", "jws.malformed"],
      noticeStatementsMax: ["its statements", noticeStatementsMax, "items", "notice.malformed"],
      originLengthMax: [
        "an origin in it",
        originLengthMax,
        "UTF-16 code units",
        "notice.malformed",
      ],
    }),
    ...group("core/src/agreement/agreement.ts", {
      agreementBytesMax: ["an agreement", agreementBytesMax, "octets", "jws.malformed"],
      agreementDesksMax: ["its desks", agreementDesksMax, "items", "agreement.malformed"],
      kindsMax: ["kinds in one of its lists", kindsMax, "items", "agreement.malformed"],
      clocksMax: ["its clocks", clocksMax, "items", "agreement.malformed"],
      linkTextsMax: ["its texts of link tests", linkTextsMax, "items", "agreement.malformed"],
      glossaryMax: ["its glossary", glossaryMax, "items", "agreement.malformed"],
      severityLevelsMax: ["levels of a scale", severityLevelsMax, "items", "agreement.malformed"],
      probabilityBandsMax: [
        "bands of probability",
        probabilityBandsMax,
        "items",
        "agreement.malformed",
      ],
      witnessPolicyLengthMax: [
        "its policy of witnesses",
        witnessPolicyLengthMax,
        "UTF-16 code units",
        "agreement.malformed",
      ],
      witnessesMax: ["witnesses of it", witnessesMax, "items", "agreement.malformed"],
      witnessGroupsMax: ["groups of them", witnessGroupsMax, "items", "agreement.malformed"],
    }),
  },
  "Exports and proofs": {
    ...group("core/src/record/", {
      indexBytesMax: ["index of an export", indexBytesMax, "octets", "record.not-an-export"],
      exportLogsMax: ["its logs", exportLogsMax, "items", "record.not-an-export"],
      exportAttachmentsMax: [
        "its attachments",
        exportAttachmentsMax,
        "items",
        "record.not-an-export",
      ],
      recordsPerFileMax: ["records of one file", recordsPerFileMax, "items", "log.bad-checkpoint"],
      checkpointListLengthMax: [
        "a list of checkpoints",
        checkpointListLengthMax,
        "UTF-16 code units",
        "log.bad-checkpoint",
      ],
      contentKeysLengthMax: [
        "a list of keys",
        contentKeysLengthMax,
        "UTF-16 code units",
        "record.bad-keys",
      ],
      auditIndexBytesMax: [
        "index of an audit log",
        auditIndexBytesMax,
        "octets",
        "record.not-an-export",
      ],
      auditEntryBytesMax: [
        "an entry of an audit log",
        auditEntryBytesMax,
        "octets",
        "record.bad-audit-entry",
      ],
      bundleBytesMax: ["a bundle of entries", bundleBytesMax, "octets", "log.bad-bundle"],
      proofBytesMax: ["a proof", proofBytesMax, "octets", "record.not-a-proof"],
      proofTextsMax: ["documents of one party in it", proofTextsMax, "items", "record.not-a-proof"],
      prefixHashesMax: [
        "hashes before its entries",
        prefixHashesMax,
        "items",
        "record.not-a-proof",
      ],
      silenceEntriesMax: ["entries of a silence", silenceEntriesMax, "items", "record.not-a-proof"],
      proofExtraBytesMax: [
        "entry in a proof",
        proofExtraBytesMax,
        "octets",
        "record.bad-proof-file",
      ],
      proofFileLengthMax: [
        "proof of one entry",
        proofFileLengthMax,
        "UTF-16 code units",
        "record.bad-proof-file",
      ],
    }),
  },
  "What one's own people give": {
    ...group("node/src/http/control/control-server.ts", {
      controlInputBytesMax: [
        "what a command asks",
        controlInputBytesMax,
        "octets",
        "control.too-large",
      ],
    }),
    ...group("node/src/adapters/csv/read-csv.ts", {
      csvLineBytesMax: ["a line of CSV", csvLineBytesMax, "octets", "csv.line-too-long"],
      csvFileBytesMax: ["a file of CSV", csvFileBytesMax, "octets", "csv.too-large"],
      csvColumnsMax: ["its columns", csvColumnsMax, "items", "csv.malformed"],
    }),
    ...group("node/src/service/", {
      itemsFileBytesMax: ["a file of items", itemsFileBytesMax, "octets", "office.file-too-large"],
      itemsFileDepthMax: ["its nesting", itemsFileDepthMax, "levels", "office.bad-items-file"],
      chainLengthMax: ["descriptors in one file", chainLengthMax, "items", "control.bad-input"],
      itemsPerPageMax: ["items of a page", itemsPerPageMax, "items", "control.bad-input"],
      pageRowsMax: ["rows of a page", pageRowsMax, "items", "cut to it"],
      boxBytesMax: ["a file of keys", boxBytesMax, "octets", "keys.damaged"],
    }),
    ...group("node/src/cli/commands/send.ts", {
      bodyBytesMax: ["a body from a file", bodyBytesMax, "octets", "cli.file-too-large"],
      bodyDepthMax: ["its nesting", bodyDepthMax, "levels", "cli.not-json"],
    }),
    ...group("core/src/presend/own-lists.ts", {
      listNamesMax: [
        "names of a list for the check before sending",
        listNamesMax,
        "items",
        "presend.bad-lists",
      ],
      listNameCharsMax: ["one of them", listNameCharsMax, "characters", "presend.bad-lists"],
    }),
    ...group("core/src/presend/check-draft.ts", {
      presendTextLengthMax: [
        "a text that is checked before sending",
        presendTextLengthMax,
        "UTF-16 code units",
        "cut to it",
      ],
    }),
    ...group("core/src/presend/file-metadata.ts", {
      fileEdgeBytesMax: [
        "beginning and end of a file, each",
        fileEdgeBytesMax,
        "octets",
        "cut to it",
      ],
    }),
    ...group("node/src/config.ts", {
      configFileBytesMax: ["the settings", configFileBytesMax, "octets", "config.not-json"],
    }),
  },
};

/** All of them by name. */
export const bounds: Readonly<Record<string, Bound>> = Object.assign(
  {},
  ...Object.values(boundGroups),
);
