import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import type { FittedParameter } from '#shared/dosimetry/commissioning/fit.ts';
import { chooseMachine, exportMachine, keep } from './actions.ts';
import type { Comparison } from './commissioningStore.ts';

const show = (value: number): string => String(Number(value.toPrecision(4)));

const COLUMNS: readonly Column<FittedParameter>[] = [
  {
    key: 'name',
    title: 'Parameter',
    render: ({ name, unit }) => `${name.replace('beam.', '')}${unit === '' ? '' : ` / ${unit}`}`,
  },
  { key: 'before', title: 'Before', numeric: true, render: ({ before }) => show(before) },
  {
    key: 'after',
    title: 'After',
    numeric: true,
    render: ({ after, uncertainty = 0 }) => `${show(after)} ± ${Number(uncertainty.toPrecision(2))}`,
  },
];

/** What a fit changed, what it could not determine, and the machine it made. */
export function FitPanel({ comparison }: { readonly comparison: Comparison }) {
  const { fitted, warnings, leftOut } = comparison;
  const found = fitted?.parameters.filter(({ reason }) => reason === undefined) ?? [];
  const kept = (fitted?.parameters.length ?? 0) - found.length;
  return (
    <>
      {fitted !== undefined && (
        <Panel title={`Fitted: ${fitted.machine.name}`}>
          <div className="fitted-table">
            <Table
              columns={COLUMNS}
              rows={found}
              rowKey={({ name }) => name}
              empty="Nothing was fitted."
              data-testid="fitted-parameters"
            />
          </div>
          {kept > 0 && (
            <p className="hint" data-testid="kept">
              {kept} more stay as they were: the measurements do not determine them (remarks).
            </p>
          )}
          <div className="button-row">
            <Button kind="primary" onClick={() => exportMachine(fitted.machine)} data-testid="export-machine">
              Export machine file
            </Button>
            <Button onClick={() => void keep(fitted.machine)} data-testid="keep-machine">
              Keep for planning
            </Button>
            <Button onClick={() => chooseMachine(fitted.machine)}>Go on from it</Button>
          </div>
          <p className="caution">Fitted, not commissioned for clinical use.</p>
        </Panel>
      )}
      {warnings.length + leftOut.length > 0 && (
        <Panel title="Remarks" grow>
          <ul className="remarks">
            {warnings.map((text) => (
              <li key={text}>{text}</li>
            ))}
            {leftOut.map((text) => (
              <li key={text}>left out: {text}</li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
