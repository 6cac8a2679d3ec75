import { type Column, Table } from '#renderer/kit/Table.tsx';
import { type ComparedScan, CRITERIA, scanPasses } from '#shared/dosimetry/commissioning/summary.ts';
import { useCommissioning, type Comparison } from './commissioningStore.ts';

interface Row {
  readonly place: number;
  readonly compared: ComparedScan;
  readonly before: ComparedScan;
}

/** Every scan with its residuals; the chosen criterion decides what passes. */
export function ScanTable({ comparison }: { readonly comparison: Comparison }) {
  const criterion = useCommissioning((state) => state.criterion);
  const selected = useCommissioning((state) => state.selected);
  const { percent, distance } = CRITERIA[criterion];
  const columns: readonly Column<Row>[] = [
    { key: 'title', title: 'Scan', render: ({ compared }) => compared.summary.title },
    {
      key: 'share',
      title: `Within ${percent} %/${distance} mm`,
      render: ({ compared }) => {
        const passes = scanPasses(compared, CRITERIA[criterion]);
        const share = `${(100 * compared.summary.within[criterion].share).toFixed(1)} %`;
        return <span className={passes ? 'passes' : 'fails'}>{passes ? 'all points' : `${share} of points`}</span>;
      },
    },
    { key: 'worst', title: 'Worst / %', numeric: true, render: ({ compared }) => compared.summary.worst.toFixed(2) },
    ...(comparison.fitted === undefined
      ? []
      : [
          {
            key: 'before',
            title: 'before the fit',
            numeric: true,
            render: ({ before }: Row) => before.summary.worst.toFixed(2),
          },
        ]),
    { key: 'mean', title: 'Mean / %', numeric: true, render: ({ compared }) => compared.summary.mean.toFixed(2) },
    {
      key: 'steep',
      title: 'Steep / mm',
      numeric: true,
      render: ({ compared }) => compared.summary.steep?.toFixed(1) ?? '–',
    },
    { key: 'outside', title: 'Outside / %', numeric: true, render: ({ compared }) => outsideOf(compared) },
    { key: 'points', title: 'Points', numeric: true, render: ({ compared }) => compared.summary.points },
    { key: 'file', title: 'File', render: ({ compared: { summary } }) => `${summary.file}:${summary.line}` },
  ];
  const rows = comparison.compared.map((compared, place) => ({ place, compared, before: comparison.before[place] }));
  return (
    <Table
      columns={columns}
      rows={rows}
      rowKey={({ place }) => String(place)}
      selected={String(selected)}
      onSelect={({ place }) => useCommissioning.setState({ selected: place })}
      empty="No scan fits this machine."
      data-testid="scan-table"
    />
  );
}

const outsideOf = ({ scan, summary }: ComparedScan): string =>
  scan.kind === 'depth' || scan.kind === 'outputFactor' ? '' : summary.outside.toFixed(2);
