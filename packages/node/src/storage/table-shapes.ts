/**
 * Every table by its columns and key: what a walk over all rows needs, whatever the database.
 *
 * A table or column of {@link Tables} that is not here does not compile; one that only a migration
 * makes is found by the test of `all-rows.ts`. A table stands after those that its foreign keys name.
 *
 * @module
 */
import type { Tables } from "./tables.ts";

/** `integer` is within ±(2^53 − 1). */
export type ColumnType = "text" | "integer" | "bytes";

export interface TableShape {
  /** The primary key, in its order; texts are ordered by their UTF-8 octets. */
  readonly key: readonly string[];
  readonly columns: Readonly<
    Record<string, { readonly type: ColumnType; readonly isNull: boolean }>
  >;
  /** Rows read at once: some 16 MiB of the longest. */
  readonly rowsPerPage: number;
}

type TypeOf<V> = V extends string
  ? "text" | "text?"
  : V extends number
    ? "integer" | "integer?"
    : "bytes" | "bytes?";
type Columns<Row> = { readonly [C in keyof Row]-?: TypeOf<NonNullable<Row[C]>> };
type Written = {
  readonly [T in keyof Tables]: {
    readonly key: readonly (keyof Tables[T] & string)[];
    readonly columns: Columns<Tables[T]>;
    readonly rowsPerPage?: number;
  };
};

const checkpoint = {
  key: ["logId", "size"],
  columns: { logId: "integer", size: "integer", root: "bytes", note: "text" },
} as const;

const written: Written = {
  home: {
    key: ["id"],
    columns: {
      ...{ id: "integer", party: "text", protocol: "integer", isPractice: "integer" },
      ...{ isRebuilding: "integer", createdAt: "integer" },
    },
  },
  sealedKey: {
    key: ["id"],
    columns: {
      ...{ id: "text", purpose: "text", owner: "text?", algorithm: "text", publicKey: "bytes?" },
      ...{ sealed: "bytes", createdAt: "integer", retiredAt: "integer?" },
    },
  },
  descriptor: {
    key: ["party", "serial"],
    columns: {
      ...{ party: "text", serial: "integer", digest: "text", jws: "text", storedAt: "integer" },
    },
  },
  peer: {
    key: ["party"],
    columns: {
      ...{ party: "text", importedAt: "integer", typedDigits: "text?", confirmedAt: "integer?" },
    },
  },
  channel: {
    key: ["id"],
    columns: { id: "text", peer: "text", state: "text", createdAt: "integer" },
  },
  agreement: {
    key: ["channel", "version"],
    columns: {
      ...{ channel: "text", version: "integer", digest: "text", jws: "text", signedBy: "text" },
      storedAt: "integer",
    },
  },
  notice: {
    key: ["channel", "place"],
    columns: {
      ...{ channel: "text", place: "integer", author: "text", digest: "text", jws: "text" },
      storedAt: "integer",
    },
  },
  log: {
    key: ["id"],
    columns: {
      ...{ id: "integer", channel: "text", class: "text", author: "text", epoch: "integer" },
      ...{ origin: "text", direction: "text", entryCount: "integer", size: "integer" },
      ...{ root: "bytes", openedSize: "integer", receiptedSize: "integer" },
      ...{ receiptedAt: "integer", pendingSize: "integer?", closedAtSize: "integer?" },
    },
  },
  entry: {
    key: ["logId", "index"],
    columns: { logId: "integer", index: "integer", bytes: "bytes" },
  },
  node: {
    key: ["logId", "level", "index"],
    columns: { logId: "integer", level: "integer", index: "integer", hash: "bytes" },
  },
  checkpoint,
  pendingCheckpoint: checkpoint,
  receipt: {
    key: ["logId", "size"],
    columns: { logId: "integer", size: "integer", time: "integer", lines: "text" },
  },
  opened: {
    key: ["logId", "index"],
    columns: {
      ...{ logId: "integer", index: "integer", channel: "text", class: "text", author: "text" },
      ...{ leafHash: "bytes", verdict: "text", jti: "text?", kind: "text?", case: "text?" },
      ...{ desk: "text?", iat: "integer?", openedAt: "integer", message: "text?" },
      contentKey: "bytes?",
    },
  },
  secret: {
    key: ["logId", "index"],
    columns: {
      ...{ logId: "integer", index: "integer", channel: "text", class: "text", desk: "text" },
      ...{ jti: "text", text: "text" },
    },
  },
  attachment: {
    key: ["channel", "digest"],
    columns: {
      ...{ channel: "text", digest: "text", author: "text", state: "text" },
      ...{ bytesTotal: "integer", bytesReceived: "integer", firstSeenAt: "integer" },
    },
  },
  attachmentPart: {
    key: ["channel", "digest", "part"],
    columns: { channel: "text", digest: "text", part: "integer", bytes: "bytes" },
    rowsPerPage: 8,
  },
  attachmentReference: {
    key: ["channel", "digest", "class", "jti"],
    columns: { channel: "text", digest: "text", class: "text", desk: "text", jti: "text" },
  },
  projectedCase: {
    key: ["channel", "class", "id"],
    columns: {
      ...{ channel: "text", class: "text", id: "text", phase: "text", state: "text" },
      ...{ isOpen: "integer", severity: "integer?", dueAt: "integer?", dueKey: "integer" },
      ...{ owedBy: "text?", lastAt: "integer" },
    },
  },
  projectedCaseDesk: {
    key: ["channel", "class", "id", "desk"],
    columns: { channel: "text", class: "text", id: "text", desk: "text" },
  },
  projectedMessage: {
    key: ["logId", "index"],
    columns: {
      ...{ logId: "integer", index: "integer", channel: "text", class: "text", author: "text" },
      ...{ epoch: "integer", desk: "text", jti: "text?", kind: "text?", case: "text?" },
      ...{ iat: "integer?", receivedAt: "integer?", receivedKey: "integer", refusedAs: "text?" },
      isSettled: "integer",
      foldedAs: "text",
    },
  },
  projectionPosition: {
    key: ["channel", "class"],
    columns: { channel: "text", class: "text", position: "text" },
  },
  lease: {
    key: ["channel"],
    columns: { channel: "text", holder: "text", token: "integer", untilMs: "integer" },
  },
  outgoing: {
    key: ["jti"],
    columns: {
      ...{ jti: "text", channel: "text", place: "integer", logId: "integer", bytes: "bytes" },
      ...{ opened: "text", secret: "text?" },
    },
  },
  officer: {
    key: ["id"],
    columns: {
      ...{ id: "text", name: "text", title: "text", state: "text", channels: "text" },
      ...{ classes: "text", createdAt: "integer", enrolledAt: "integer?", leftAt: "integer?" },
    },
  },
  officerRole: {
    key: ["officer", "role", "desk"],
    columns: { officer: "text", role: "text", desk: "text" },
  },
  credential: {
    key: ["id"],
    columns: {
      ...{ id: "text", officer: "text", kind: "text", text: "text", sealed: "bytes?" },
      ...{ lastStep: "integer", createdAt: "integer", expiresAt: "integer?" },
    },
  },
  session: {
    key: ["id"],
    columns: {
      ...{ id: "text", officer: "text", tokenHash: "bytes", createdAt: "integer" },
      ...{ lastSeenAt: "integer", authenticatedAt: "integer", source: "text" },
    },
  },
  signInLane: {
    key: ["lane"],
    columns: {
      ...{ lane: "text", isPinned: "integer", failures: "integer", since: "integer" },
      ...{ blockedUntil: "integer", lastAt: "integer" },
    },
  },
  act: {
    key: ["logId", "index"],
    columns: {
      ...{ logId: "integer", index: "integer", at: "integer", act: "text" },
      officer: "text?",
    },
  },
  draft: {
    key: ["id"],
    columns: {
      ...{ id: "text", channel: "text", class: "text", desk: "text", kind: "text" },
      ...{
        case: "text?",
        phase: "text",
        isOpen: "integer",
        version: "integer",
        stepCount: "integer",
      },
      ...{ approvalHash: "text?", jti: "text?", createdAt: "integer", changedAt: "integer" },
      ...{ text: "text", frozen: "text?" },
    },
    // One may be as long as a page of others.
    rowsPerPage: 1,
  },
  draftStep: {
    key: ["draft", "place"],
    columns: { draft: "text", place: "integer", text: "text" },
  },
};

/** In the order in which rows can be inserted. */
export const tableShapes: ReadonlyMap<string, TableShape> = new Map(
  Object.entries(written).map(([table, { key, columns, rowsPerPage = 256 }]) => [
    table,
    { key, columns: parseColumns(columns), rowsPerPage },
  ]),
);

function parseColumns(columns: Readonly<Record<string, string>>): TableShape["columns"] {
  return Object.fromEntries(
    Object.entries(columns).map(([name, said]) => [
      name,
      { type: said.replace("?", "") as ColumnType, isNull: said.endsWith("?") },
    ]),
  );
}
