import type { Dvh } from '#shared/evaluation/dvh.ts';
import type { Roi } from '#shared/model/structures.ts';
import { css } from '#renderer/viewports/painters/ink.ts';
import { Table } from '#renderer/kit/Table.tsx';

interface DvhTableProps {
  readonly rois: readonly Roi[];
  readonly dvhs: ReadonlyMap<number, Dvh>;
  /** Prescribed dose in Gy; undefined without a prescription (then V95 % has no meaning). */
  readonly prescribed: number | undefined;
}

interface Row {
  readonly roi: Roi;
  readonly dvh: Dvh;
}

const gray = (value: number): string => value.toFixed(2);

/** Dose statistics per structure: ICRU 83 near-minimum D98 %, near-maximum D2 %, and what a protocol asks for. */
export function DvhTable({ rois, dvhs, prescribed }: DvhTableProps) {
  const rows = rois.flatMap((roi): Row[] => {
    const dvh = dvhs.get(roi.number);
    return dvh === undefined ? [] : [{ roi, dvh }];
  });
  const numeric = (key: string, title: string, value: (dvh: Dvh) => string) => ({
    key,
    title,
    numeric: true,
    render: ({ dvh }: Row) => (dvh.volume > 0 ? value(dvh) : '–'),
  });
  return (
    <Table
      data-testid="dvh-table"
      rows={rows}
      rowKey={({ roi }) => roi.name}
      empty="No histograms."
      columns={[
        {
          key: 'name',
          title: 'Structure',
          render: ({ roi }) => (
            <span className="dvh-name">
              <i style={{ background: css(roi.color) }} /> {roi.name}
            </span>
          ),
        },
        numeric('volume', 'Volume cm³', (dvh) => dvh.volume.toFixed(dvh.volume < 10 ? 2 : 1)),
        numeric('min', 'Dmin Gy', (dvh) => gray(dvh.min)),
        numeric('mean', 'Dmean Gy', (dvh) => gray(dvh.mean)),
        numeric('max', 'Dmax Gy', (dvh) => gray(dvh.max)),
        numeric('d98', 'D98 % Gy', (dvh) => gray(dvh.doseAtVolume(98))),
        numeric('d95', 'D95 % Gy', (dvh) => gray(dvh.doseAtVolume(95))),
        numeric('d50', 'D50 % Gy', (dvh) => gray(dvh.doseAtVolume(50))),
        numeric('d2', 'D2 % Gy', (dvh) => gray(dvh.doseAtVolume(2))),
        numeric('v95', 'V95 % vol. %', (dvh) =>
          prescribed === undefined ? '–' : dvh.volumeAtDose(0.95 * prescribed).toFixed(1),
        ),
      ]}
    />
  );
}
