/**
 * The tables as Kysely sees them. The port's rows, with booleans as 0 and 1.
 *
 * What a foreign key cannot say: rows of `entry`, `node`, `checkpoint`, `receipt` and `opened` are
 * never changed, and the counts in `log` move with them in one transaction.
 *
 * @module
 */
import type { Kysely, Transaction } from "kysely";
import type {
  AgreementRow,
  ChannelRow,
  DescriptorRow,
  HomeRecord,
  NoticeRow,
  PeerRow,
  SealedKey,
} from "../service/storage.ts";
import type {
  AttachmentReference,
  AttachmentRow,
  CaseRow,
  MessageRow,
  OpenedRow,
  SecretRow,
} from "../service/storage-content.ts";
import type { LogRow } from "../service/storage-log.ts";
import type {
  ActRow,
  CredentialRow,
  LaneRow,
  OfficerRoleRow,
  OfficerRow,
  SessionRow,
} from "../service/storage-people.ts";
import type { DraftRow } from "../service/storage-release.ts";
import type { LeaseRow, OutgoingRow } from "../service/storage-sharing.ts";

/** Sorts after every time: the key of what has none. */
export const noTime = Number.MAX_SAFE_INTEGER;

/** What follows every id, of characters of base64url, that begins with `prefix`. */
export function pastPrefix(prefix: string): string {
  return `${prefix}~`;
}

export interface Tables {
  /** One row. */
  home: Omit<HomeRecord, "isPractice"> & {
    readonly id: 1;
    readonly isPractice: number;
    readonly isRebuilding: number;
  };
  sealedKey: SealedKey;
  descriptor: DescriptorRow;
  peer: PeerRow;
  channel: ChannelRow;
  /** `signedBy` is a JSON array. */
  agreement: Omit<AgreementRow, "signedBy"> & { readonly signedBy: string };
  /** `place` counts the notices of a channel, from 0. */
  notice: NoticeRow & { readonly place: number };
  /** `receiptedAt`: time of the last receipt, 0 before the first. */
  log: LogRow & { readonly receiptedAt: number };
  entry: { readonly logId: number; readonly index: number; readonly bytes: Uint8Array };
  node: NodeTable;
  checkpoint: CheckpointTable;
  pendingCheckpoint: CheckpointTable;
  receipt: ReceiptTable;
  opened: OpenedRow;
  attachment: AttachmentRow;
  attachmentPart: AttachmentPartTable;
  attachmentReference: AttachmentReference;
  secret: SecretRow;
  projectedCase: ProjectedCaseTable;
  projectedCaseDesk: {
    readonly channel: string;
    readonly class: string;
    readonly id: string;
    readonly desk: string;
  };
  projectedMessage: ProjectedMessageTable;
  projectionPosition: {
    readonly channel: string;
    readonly class: string;
    readonly position: string;
  };
  lease: LeaseRow;
  /** `place` orders what waits; `opened` and `secret` are JSON, `contentKey` in it base64url. */
  outgoing: Omit<OutgoingRow, "opened" | "secret"> & {
    readonly place: number;
    readonly opened: string;
    readonly secret: string | null;
  };
  /** `channels` and `classes` are JSON. */
  officer: Omit<OfficerRow, "channels" | "classes"> & {
    readonly channels: string;
    readonly classes: string;
  };
  officerRole: OfficerRoleRow;
  credential: CredentialRow;
  session: SessionRow;
  signInLane: Omit<LaneRow, "isPinned"> & { readonly isPinned: number };
  act: ActRow;
  /** `isOpen`: its phase is not one that ends it. */
  draft: DraftRow & { readonly isOpen: number };
  draftStep: { readonly draft: string; readonly place: number; readonly text: string };
}

/** Full subtrees; level 0 holds the leaf hashes. */
interface NodeTable {
  readonly logId: number;
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

interface CheckpointTable {
  readonly logId: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
}

interface ReceiptTable {
  readonly logId: number;
  readonly size: number;
  readonly time: number;
  readonly lines: string;
}

/** Every part but the last is full: part n holds the bytes from n MiB on. */
interface AttachmentPartTable {
  readonly channel: string;
  readonly digest: string;
  readonly part: number;
  readonly bytes: Uint8Array;
}

/** `dueKey`: `dueAt`, or {@link noTime}, so that one index gives the order. */
type ProjectedCaseTable = Omit<CaseRow, "desks" | "isOpen"> & {
  readonly isOpen: number;
  readonly dueKey: number;
};

/** `receivedKey`: `receivedAt`, or {@link noTime}. */
type ProjectedMessageTable = Omit<MessageRow, "isSettled"> & {
  readonly isSettled: number;
  readonly receivedKey: number;
};

export type Db = Kysely<Tables> | Transaction<Tables>;
