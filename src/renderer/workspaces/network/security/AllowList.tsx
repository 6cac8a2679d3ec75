import { Button } from '#renderer/kit/Button.tsx';
import type { OwnNodeDraft } from './ownNodeDraft.ts';

interface AllowListProps {
  readonly peers: OwnNodeDraft['peers'];
  readonly disabled: boolean;
  /** What is wrong with a field, by its path in the contract. */
  readonly problem: (field: string) => string | undefined;
  readonly onChange: (peers: OwnNodeDraft['peers']) => void;
}

/** AE titles and addresses that may open associations: a row's title and address hold together. */
export function AllowList({ peers, disabled, problem, onChange }: AllowListProps) {
  const edit = (at: number, change: { aeTitle?: string; address?: string }): void =>
    onChange(peers.map((peer, i) => (i === at ? { ...peer, ...change } : peer)));
  const add = (): void =>
    onChange([...peers, { key: Math.max(-1, ...peers.map(({ key }) => key)) + 1, aeTitle: '', address: '' }]);
  return (
    <div className="allow-list" data-testid="allow-list">
      {peers.map(({ key, aeTitle, address }, at) => {
        const wrong = ['', '.aeTitle', '.address'].map((end) => problem(`access.peers.${at}${end}`)).find(Boolean);
        return (
          <div key={key}>
            <div className="allow-row">
              <input
                type="text"
                aria-label="AE title"
                placeholder="any AE title"
                value={aeTitle}
                disabled={disabled}
                onChange={(event) => edit(at, { aeTitle: event.target.value })}
              />
              <input
                type="text"
                aria-label="address"
                placeholder="any address"
                value={address}
                disabled={disabled}
                onChange={(event) => edit(at, { address: event.target.value })}
              />
              <Button kind="quiet" disabled={disabled} onClick={() => onChange(peers.filter((_, i) => i !== at))}>
                Remove
              </Button>
            </div>
            {wrong !== undefined && <small className="error">{wrong}</small>}
          </div>
        );
      })}
      <Button data-testid="allow-add" disabled={disabled} onClick={add}>
        Add a peer
      </Button>
    </div>
  );
}
