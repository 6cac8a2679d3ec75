import { type OwnNode, ownNode } from '#shared/contract/rpc/security.ts';

/** What is typed; numbers stay texts until they are ones. */
export interface OwnNodeDraft {
  readonly node: OwnNode;
  readonly port: string;
  readonly tlsPort: string;
  readonly limits: Readonly<Record<keyof OwnNode['limits'], string>>;
  readonly peers: readonly { readonly key: number; readonly aeTitle: string; readonly address: string }[];
}

export const LIMITS: readonly {
  readonly key: keyof OwnNode['limits'];
  readonly label: string;
  readonly unit: string;
}[] = [
  { key: 'associations', label: 'Associations at once', unit: '' },
  { key: 'associationsPerPeer', label: 'from one address', unit: '' },
  { key: 'associationsPerAeTitle', label: 'from one AE title', unit: '' },
  { key: 'maxPduLength', label: 'Largest PDU taken', unit: 'bytes' },
  { key: 'idleSeconds', label: 'Silence before an abort', unit: 's' },
  { key: 'artimSeconds', label: 'Wait for a request', unit: 's' },
];

export function draftOf(node: OwnNode): OwnNodeDraft {
  return {
    node,
    port: String(node.listening.port),
    tlsPort: String(node.tls.port),
    limits: Object.fromEntries(LIMITS.map(({ key }) => [key, String(node.limits[key])])) as OwnNodeDraft['limits'],
    peers: node.access.peers.map(({ aeTitle = '', address = '' }, key) => ({ key, aeTitle, address })),
  };
}

const number = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);
const absentWhenEmpty = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

/** The draft as the contract judges it. */
export const parseDraft = ({ node, port, tlsPort, limits, peers }: OwnNodeDraft) =>
  ownNode.safeParse({
    ...node,
    listening: { ...node.listening, port: number(port) },
    tls: { ...node.tls, port: number(tlsPort) },
    limits: Object.fromEntries(LIMITS.map(({ key }) => [key, number(limits[key])])),
    access: {
      ...node.access,
      peers: peers.map(({ aeTitle, address }) => ({
        aeTitle: absentWhenEmpty(aeTitle),
        address: absentWhenEmpty(address),
      })),
    },
  });
