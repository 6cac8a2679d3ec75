import type { PeerIdentity } from './service.ts';

/** What a security log wants to know of associations that others open (PS3.15 A.5 tells of the same). */
export type AssociationEvent =
  | { readonly kind: 'accepted'; readonly peer: PeerIdentity }
  | {
      readonly kind: 'refused';
      readonly address: string;
      /** Absent when the connection did not come so far. */
      readonly callingAe?: string;
      readonly calledAe?: string;
      /** In words. */
      readonly reason: string;
    }
  | {
      readonly kind: 'ended';
      readonly peer: PeerIdentity;
      readonly how: 'released' | 'aborted';
      readonly reason?: string;
      /** Requests of the peer, by command ("C-STORE"). */
      readonly requests: Readonly<Record<string, number>>;
    };
