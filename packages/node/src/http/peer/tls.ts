/**
 * The connection between two nodes: mutual TLS 1.3 with self-signed certificates, pinned.
 *
 * A certificate says nothing here: it is made anew from the TLS key at each start, and only the
 * digest of its public key counts, which the party's descriptor names. No authority, no host name,
 * no date is looked at. A connection whose key is not pinned ends before the HTTP parser is
 * attached to it. One version (TLS 1.3), one group (X25519MLKEM768), no resumption: a resumed
 * session would let in a key whose pin has been withdrawn since. Source: spec/exchange.md;
 * RFC 8446; draft-ietf-tls-ecdhe-mlkem (X25519MLKEM768); pins as RFC 7469 §2.4 computes them.
 *
 * @module
 */
import "reflect-metadata";
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  webcrypto,
} from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { TLSSocket } from "node:tls";
import { concatBytes } from "@parley/core/bytes/octets";
import { assert, Fault } from "@parley/core/fault";
import * as x509 from "@peculiar/x509";
import { Agent, buildConnector } from "undici";

/** The one key exchange: classical and post-quantum together. */
export const tlsGroup = "X25519MLKEM768";

/** RFC 8410 §7: the DER of a PKCS #8 Ed25519 key up to its 32-octet seed. */
const ed25519Pkcs8Prefix = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);

/** What one side shows and proves in the handshake. */
export interface TlsIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
  /** SHA-256 of the public key as SubjectPublicKeyInfo in DER; base64url without padding. */
  readonly pin: string;
}

/** Bounds of the listener. Times in milliseconds, sizes in bytes. */
export interface PeerServerLimits {
  readonly connectionsMax: number;
  readonly headerBytesMax: number;
  readonly handshakeMs: number;
  readonly headersMs: number;
  /** For one whole request: an attachment of 1 GiB over a slow line is one. */
  readonly requestMs: number;
  readonly keepAliveMs: number;
  /** How often connections are looked at for the times above: so much later they end at most. */
  readonly checkMs: number;
}

export const peerServerLimits: PeerServerLimits = {
  connectionsMax: 1_024,
  headerBytesMax: 16_384,
  handshakeMs: 10_000,
  headersMs: 20_000,
  requestMs: 3_600_000,
  keepAliveMs: 75_000,
  checkMs: 5_000,
};

/** Bounds of the caller. `keepAliveMs` is below the listener's, so that the caller hangs up first. */
export interface PeerAgentLimits {
  readonly connectMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly keepAliveMs: number;
  readonly connectionsMax: number;
  readonly pipeliningMax: number;
  readonly responseHeaderBytesMax: number;
}

export const peerAgentLimits: PeerAgentLimits = {
  connectMs: 10_000,
  headersMs: 60_000,
  bodyMs: 60_000,
  keepAliveMs: 60_000,
  connectionsMax: 4,
  pipeliningMax: 4,
  responseHeaderBytesMax: 16_384,
};

/**
 * Makes the identity of a TLS key: the same key and certificate for the same arguments.
 *
 * @param partyName - Written into the certificate for whoever looks at a capture; nobody checks it.
 * @param seed - 32 octets: RFC 8032 §5.1.5.
 */
export async function makeTlsIdentity(partyName: string, seed: Uint8Array): Promise<TlsIdentity> {
  const pkcs8 = concatBytes(ed25519Pkcs8Prefix, seed);
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  const algorithm = { name: "Ed25519" };
  const privateKey = key.toCryptoKey(algorithm, true, ["sign"]);
  const publicKey = createPublicKey(key).toCryptoKey(algorithm, true, ["verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: "01",
      name: `CN=${partyName}`,
      notBefore: new Date(0),
      notAfter: new Date("9999-12-31T23:59:59Z"),
      keys: { privateKey, publicKey },
      signingAlgorithm: algorithm,
    },
    webcrypto as Crypto,
  );
  return {
    certificatePem: certificate.toString("pem"),
    keyPem: key.export({ format: "pem", type: "pkcs8" }).toString(),
    pin: spkiPin(createPublicKey(key)),
  };
}

export interface PeerServerOptions<Peer> {
  readonly identity: TlsIdentity;
  /** Whose key this is now; asked at the handshake and again at every request. */
  readonly peerOf: (pin: string) => Peer | undefined;
  readonly onRequest: (peer: Peer, request: IncomingMessage, response: ServerResponse) => void;
  /** A connection that was refused. It may be called often: a stranger decides how often. */
  readonly onStranger: (reason: "no-certificate" | "not-pinned" | "handshake-failed") => void;
  readonly limits?: Partial<PeerServerLimits>;
}

/** Makes the peers' listener; it listens when told to. */
export function createPeerServer<Peer>(options: PeerServerOptions<Peer>): Server {
  const limits = { ...peerServerLimits, ...options.limits };
  const onRequest: RequestListener = (request, response) => {
    const pin = pinOf(request.socket as TLSSocket);
    const peer = pin === undefined ? undefined : options.peerOf(pin);
    // The pin was withdrawn while the connection stood.
    if (peer === undefined) request.socket.destroy();
    else options.onRequest(peer, request, response);
  };
  const server = createServer(
    {
      ...tlsOptions(options.identity),
      requestCert: true,
      secureOptions: constants.SSL_OP_NO_TICKET,
      handshakeTimeout: limits.handshakeMs,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      maxHeaderSize: limits.headerBytesMax,
      connectionsCheckingInterval: limits.checkMs,
    },
    onRequest,
  );
  server.maxConnections = limits.connectionsMax;
  // The only listener here is the one that attaches the HTTP parser: it is called for peers alone.
  const [attachHttp] = server.listeners("secureConnection");
  assert(attachHttp !== undefined, "an HTTPS server has a listener for secure connections");
  server.removeAllListeners("secureConnection");
  server.on("secureConnection", (socket: TLSSocket) => {
    const pin = pinOf(socket);
    if (pin !== undefined && options.peerOf(pin) !== undefined) {
      attachHttp.call(server, socket);
      return;
    }
    socket.destroy();
    options.onStranger(pin === undefined ? "no-certificate" : "not-pinned");
  });
  server.on("tlsClientError", (_error, socket) => {
    socket.destroy();
    options.onStranger("handshake-failed");
  });
  return server;
}

/**
 * Makes the connections to one peer. A server whose key is none of `pins` gets no byte of HTTP:
 * the request fails with the fault `peer.wrong-pin`.
 */
export function createPeerAgent(
  identity: TlsIdentity,
  pins: readonly string[],
  limits: Partial<PeerAgentLimits> = {},
): Agent {
  const bounds = { ...peerAgentLimits, ...limits };
  const connect = buildConnector({
    ...tlsOptions(identity),
    maxCachedSessions: 0,
    timeout: bounds.connectMs,
  });
  return new Agent({
    connect: (target, done) =>
      connect(target, (error, socket) => {
        if (error !== null) return done(error, null);
        const pin = pinOf(socket as TLSSocket);
        if (pin !== undefined && pins.includes(pin)) return done(null, socket);
        socket.destroy();
        const detail = "the key shown in the handshake is not pinned by the peer's descriptor";
        return done(new Fault("peer.wrong-pin", detail, { retryable: true }), null);
      }),
    connections: bounds.connectionsMax,
    pipelining: bounds.pipeliningMax,
    headersTimeout: bounds.headersMs,
    bodyTimeout: bounds.bodyMs,
    keepAliveTimeout: bounds.keepAliveMs,
    keepAliveMaxTimeout: bounds.keepAliveMs,
    maxHeaderSize: bounds.responseHeaderBytesMax,
  });
}

function tlsOptions(identity: TlsIdentity) {
  return {
    cert: identity.certificatePem,
    key: identity.keyPem,
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.3",
    ecdhCurve: tlsGroup,
    // The pin decides, after the handshake: no certificate here descends from an authority.
    rejectUnauthorized: false,
  } as const;
}

/** The pin of the key that the other side proved to hold; `undefined` if it showed none. */
function pinOf(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? undefined : spkiPin(certificate.publicKey);
}

function spkiPin(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ format: "der", type: "spki" }))
    .digest("base64url");
}
