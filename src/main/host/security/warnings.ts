import type { SecurityWarning } from '#shared/contract/rpc/security.ts';
import { isLoopback } from '../web.ts';
import type { DicomNode } from './dicomNode.ts';

/** What people should know about how our node stands, in words. */
export function securityWarnings(node: DicomNode): SecurityWarning[] {
  const { settings, identity, tlsFailure, running } = node;
  const { listening, tls, access, users } = settings;
  const warnings: SecurityWarning[] = [];
  const add = (level: SecurityWarning['level'], text: string): void => void warnings.push({ level, text });
  const isOpen = !isLoopback(listening.bind);
  const where = `${listening.bind}${listening.bind === '0.0.0.0' || listening.bind === '::' ? ' (every network interface)' : ''}`;
  if (running.plain !== undefined && listening.port !== 0 && running.plain.port !== listening.port)
    add(
      isOpen ? 'danger' : 'warning',
      `Port ${listening.port} is in use by another program. This node listens on ${running.plain.port} until its next start: whoever sends to ${listening.port} does not reach it.`,
    );
  if (isOpen && listening.enabled && !access.enabled)
    add(
      'danger',
      `Everybody who can reach ${where} may send to this node and ask it for patients: turn the allow-list on.`,
    );
  if (isOpen && listening.enabled)
    add('warning', 'Without TLS, patient data and passcodes cross the network readable by everybody on the way.');
  if (access.enabled && access.peers.some(({ address }) => address === undefined))
    add('warning', 'The allow-list has AE titles without an address. Anybody can claim an AE title.');
  if (tls.enabled && !tls.mutual)
    add(
      isOpen && !access.enabled ? 'danger' : 'warning',
      'TLS peers need not show a certificate: TLS then hides the data, but does not say who is there.',
    );
  if (users.mode !== 'off' && listening.enabled && isOpen)
    add('warning', 'Users give their passcode over connections without TLS too.');
  if (users.mode === 'required' && users.list.length === 0)
    add('danger', 'A user is required and none is known: every association is refused.');
  if (access.enabled && access.peers.length === 0)
    add('danger', 'The allow-list is on and empty: every association is refused.');
  if (tlsFailure !== undefined) add('danger', `TLS is on but does not run: ${tlsFailure}`);
  else if (identity.problem !== undefined) add('danger', `The certificate cannot be used: ${identity.problem.message}`);
  for (const problem of identity.own?.problems ?? []) add('warning', `Our certificate: ${problem}.`);
  for (const { subject, problems } of identity.trusted)
    for (const problem of problems) add('warning', `Trusted certificate ${subject}: ${problem}.`);
  return warnings;
}
