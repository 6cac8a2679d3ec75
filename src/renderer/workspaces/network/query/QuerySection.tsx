import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import { searchStudies, useQuery } from './queryStore.ts';
import { SearchForm } from './SearchForm.tsx';
import { StudyTable } from './StudyTable.tsx';
import './query.css';

const METHODS = [
  { value: 'get', label: 'on our own connection (C-GET)' },
  { value: 'move', label: 'the node sends to us (C-MOVE)' },
] as const;

/** Looks for studies at another node and brings them here. */
export default function QuerySection() {
  const [nodes, setNodes] = useState<readonly NetworkNode[]>([]);
  const { nodeId: asked, studies, running, end, failure } = useQuery();
  const [chosen, setChosen] = useState(asked);
  const [method, setMethod] = useState<'get' | 'move'>('get');
  useEffect(() => {
    rpc.nodes
      .list()
      .then(setNodes)
      .catch((error: unknown) => toast(errorWords(error), 'error'));
  }, []);
  const node = nodes.find(({ id }) => id === chosen) ?? nodes[0];
  const askedNode = nodes.find(({ id }) => id === asked);
  if (node === undefined) {
    return (
      <section className="network-section" aria-label="query and retrieve">
        <h2>Query and retrieve</h2>
        <p className="hint">Add the archive under “Nodes and sending” first.</p>
      </section>
    );
  }
  const empty = running !== null ? 'Searching…' : end === null ? 'Search for studies above.' : 'No study matches.';
  return (
    <>
      <section className="network-section" aria-label="query and retrieve">
        <header>
          <h2>Query and retrieve</h2>
        </header>
        <div className="query-choice">
          <Field label="Node">
            <Select
              data-testid="query-node"
              value={node.id}
              options={nodes.map(({ id, name, aeTitle }) => ({ value: id, label: `${name} (${aeTitle})` }))}
              onChange={setChosen}
            />
          </Field>
          <Field
            label="Retrieve"
            hint={method === 'move' ? 'The node must know our AE title, address and port.' : undefined}
          >
            <Select data-testid="query-method" value={method} options={METHODS} onChange={setMethod} />
          </Field>
        </div>
        <SearchForm
          isRunning={running !== null}
          onSearch={(search) => void searchStudies(node.id, search)}
          onStop={() => running?.abort()}
        />
      </section>
      <section className="network-section" aria-label="studies found">
        <header>
          <h2>
            {askedNode === undefined ? 'Studies' : `Studies at ${askedNode.name} (${askedNode.aeTitle})`}
            {studies.length > 0 && `: ${studies.length}`}
          </h2>
        </header>
        {failure !== '' && (
          <p className="error-text" data-testid="query-failure">
            {failure}
          </p>
        )}
        {end?.isComplete === false && (
          <p className="warning-text">There are more than these {studies.length}: narrow the search.</p>
        )}
        {end?.ignoresKeys === true && (
          <p className="warning-text">The node does not search by all that was asked: there may be studies too many.</p>
        )}
        {end?.warnings.map((warning) => (
          <p key={warning} className="warning-text">
            {warning}
          </p>
        ))}
        <StudyTable nodeId={asked} studies={studies} method={method} empty={empty} />
      </section>
    </>
  );
}
