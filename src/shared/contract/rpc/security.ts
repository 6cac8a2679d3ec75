import { oc } from '@orpc/contract';
import { z } from 'zod';
import { aeTitle } from './nodes.ts';

const port = z.number().int().min(0).max(65535);
const ip = z.union([z.ipv4(), z.ipv6()], { error: 'an IP address' });
const range = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'an IP address or a range such as 10.1.0.0/16',
});

/** PS3.15 B.9, B.10 and B.11. */
const TLS_PROFILES = ['bcp195', 'bcp195-nd', 'bcp195-ex'] as const;
/** Whether associations may, may well or must say who the user is (PS3.7 D.3.3.7). */
export const USER_MODES = ['off', 'optional', 'required'] as const;

/** Where associations are taken without TLS. */
export const listening = z.strictObject({
  enabled: z.boolean().default(true),
  /** 127.0.0.1 until the user opens the node; 0.0.0.0 or :: is every interface. */
  bind: ip.default('127.0.0.1'),
  port: port.default(11112),
});

/** Where they are taken over TLS, on the same address. */
export const tlsListening = z.strictObject({
  enabled: z.boolean().default(false),
  port: port.default(2762),
  /** Peers must show a certificate that we trust. */
  mutual: z.boolean().default(true),
  profile: z.enum(TLS_PROFILES).default('bcp195'),
});

export const limits = z.strictObject({
  associations: z.number().int().min(1).max(10_000).default(128),
  associationsPerPeer: z.number().int().min(1).max(10_000).default(64),
  associationsPerAeTitle: z.number().int().min(1).max(10_000).default(64),
  /** Longest P-DATA-TF we announce and take, bytes. */
  maxPduLength: z
    .number()
    .int()
    .min(4096)
    .max(1024 * 1024)
    .default(128 * 1024),
  /** Longest silence of a peer that owes us something. */
  idleSeconds: z.number().int().min(1).max(86_400).default(120),
  /** Until a new connection has sent its request, TLS handshake included. */
  artimSeconds: z.number().int().min(1).max(600).default(30),
});

/** One entry of the allow-list; title and address hold together. */
export const allowed = z
  .strictObject({ aeTitle: aeTitle.optional(), address: range.optional() })
  .refine((entry) => entry.aeTitle !== undefined || entry.address !== undefined, 'needs an AE title or an address');
export type Allowed = z.infer<typeof allowed>;

export const access = z.strictObject({
  /** Off: whoever reaches the port is served. */
  enabled: z.boolean().default(false),
  /** Refuse associations that call another AE title than ours. */
  checkCalledAe: z.boolean().default(false),
  peers: z.array(allowed).max(1000).default([]),
});

/** What the user decides about our own node. */
export const ownNode = z
  .strictObject({
    aeTitle,
    listening,
    tls: tlsListening,
    limits,
    access,
    userMode: z.enum(USER_MODES),
  })
  .superRefine(({ listening, tls, access }, issue) => {
    if (!listening.enabled && !tls.enabled)
      issue.addIssue({
        code: 'custom',
        path: ['listening', 'enabled'],
        message: 'with TLS off too, nobody could reach this node',
      });
    if (listening.enabled && tls.enabled && tls.port !== 0 && tls.port === listening.port)
      issue.addIssue({ code: 'custom', path: ['tls', 'port'], message: 'is the port without TLS already' });
    if (access.enabled && access.peers.length === 0)
      issue.addIssue({ code: 'custom', path: ['access', 'peers'], message: 'an empty list would refuse everybody' });
  });
export type OwnNode = z.infer<typeof ownNode>;

const certificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** ISO 8601. */
  validFrom: z.string(),
  validTo: z.string(),
  /** SHA-256, colons between bytes. */
  fingerprint: z.string(),
  /** e.g. `RSA 3072` or `EC prime256v1`. */
  key: z.string(),
  /** What speaks against it, in words; empty is good. */
  problems: z.array(z.string()),
});
export type CertificateInfo = z.infer<typeof certificate>;

const warning = z.object({ level: z.enum(['warning', 'danger']), text: z.string() });
export type SecurityWarning = z.infer<typeof warning>;

const place = z.object({ bind: z.string(), port: z.number().int() });

const state = z.object({
  node: ownNode,
  /** What the command line says instead of the settings, for this run: paths in `node` such as `listening.port`. */
  fixed: z.array(z.string()),
  /** What listens now. */
  running: z.object({ plain: place.optional(), tls: place.optional() }),
  identity: certificate.optional(),
  trusted: z.array(certificate),
  users: z.array(z.string()),
  warnings: z.array(warning),
});
export type SecurityState = z.infer<typeof state>;

const securityEvent = z.object({
  /** ISO 8601, UTC. */
  time: z.string(),
  event: z.enum(['association', 'refused', 'ended', 'configuration', 'started', 'stopped']),
  callingAe: z.string().optional(),
  calledAe: z.string().optional(),
  address: z.string().optional(),
  user: z.string().optional(),
  /** Protocol and subject of the peer's certificate. */
  tls: z.string().optional(),
  /** Why, or how it ended, in words. */
  text: z.string().optional(),
  /** Requests of the association by command, e.g. `{"C-STORE": 200}`. */
  requests: z.record(z.string(), z.number().int()).optional(),
});
export type SecurityEvent = z.infer<typeof securityEvent>;

const pem = z.string().max(1024 * 1024);

/** Our own node: address, TLS, whom it serves, and what came of it. Errors name the field as `attribute`. */
export const securityContract = {
  state: oc.output(state),
  /** Applied at once; running associations go on. */
  save: oc.input(ownNode).output(state),
  saveUser: oc
    .input(
      z.object({ name: z.string().min(1).max(256), passcode: z.string().min(8, 'at least 8 characters').max(1024) }),
    )
    .output(state),
  removeUser: oc.input(z.object({ name: z.string() })).output(state),
  importIdentity: oc.input(z.object({ key: pem, certificate: pem })).output(state),
  /** A key and a self-signed certificate for `hosts` (names or addresses). */
  makeIdentity: oc
    .input(
      z.object({
        hosts: z
          .array(z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'host names or addresses'))
          .min(1)
          .max(20),
        days: z.number().int().min(1).max(3650),
      }),
    )
    .output(state),
  /** Our own certificate in PEM, for peers that are to trust us. */
  identityPem: oc.output(z.object({ certificate: z.string() })),
  trust: oc.input(z.object({ certificates: pem })).output(state),
  distrust: oc.input(z.object({ fingerprint: z.string() })).output(state),
  /** The latest lines of the security log, newest first. */
  events: oc.output(z.array(securityEvent)),
};
