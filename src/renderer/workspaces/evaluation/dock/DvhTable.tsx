import type { Dvh } from '#shared/evaluation/dvh.ts';
import type { Roi } from '#shared/model/structures.ts';
import { css } from '#renderer/viewports/painters/ink.ts';
import { Table } from '#renderer/kit/Table.tsx';
import { chooseInDvh } from './dvhView.ts';

interface DvhTableProps {
  readonly rois: readonly Roi[];
  readonly shown: ReadonlySet<number>;
  /** Of the active plan; empty where its dose is stale: what is not known reads “–”. */
  readonly dvhs: ReadonlyMap<number, Dvh>;
  /** Prescribed dose in Gy; undefined without a prescription (then V95 % has no meaning). */
  readonly prescribed: number | undefined;
}

const gray = (value: number): string => value.toFixed(2);

/** The chart's legend with the statistics of the active plan: ICRU 83 near-minimum D98 %, near-maximum D2 %. */
export function DvhTable({ rois, shown, dvhs, prescribed }: DvhTableProps) {
  const numeric = (key: string, title: string, value: (dvh: Dvh) => string) => ({
    key,
    title,
    numeric: true,
    render: ({ number }: Roi) => {
      const dvh = dvhs.get(number);
      return dvh !== undefined && dvh.volume > 0 ? value(dvh) : '–';
    },
  });
  return (
    <Table
      data-testid="dvh-table"
      rows={rois}
      rowKey={({ name }) => name}
      empty="No structures with contours."
      columns={[
        {
          key: 'name',
          title: 'Structure',
          render: ({ number, name, color }) => (
            <label className={shown.has(number) ? 'dvh-name' : 'dvh-name off'}>
              <input
                type="checkbox"
                aria-label={`draw ${name}`}
                checked={shown.has(number)}
                onChange={(event) => chooseInDvh(number, event.target.checked)}
              />
              <i style={{ background: css(color) }} /> {name}
            </label>
          ),
        },
        numeric('volume', 'Volume cm³', (dvh) => dvh.volume.toFixed(dvh.volume < 10 ? 2 : 1)),
        numeric('min', 'Dmin Gy', (dvh) => gray(dvh.min)),
        numeric('mean', 'Dmean Gy', (dvh) => gray(dvh.mean)),
        numeric('max', 'Dmax Gy', (dvh) => gray(dvh.max)),
        numeric('d98', 'D98\u00a0% Gy', (dvh) => gray(dvh.doseAtVolume(98))),
        numeric('d95', 'D95\u00a0% Gy', (dvh) => gray(dvh.doseAtVolume(95))),
        numeric('d50', 'D50\u00a0% Gy', (dvh) => gray(dvh.doseAtVolume(50))),
        numeric('d2', 'D2\u00a0% Gy', (dvh) => gray(dvh.doseAtVolume(2))),
        numeric('v95', 'V95\u00a0% %', (dvh) =>
          prescribed === undefined ? '–' : dvh.volumeAtDose(0.95 * prescribed).toFixed(1),
        ),
      ]}
    />
  );
}
