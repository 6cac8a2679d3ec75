import { Table } from '#renderer/kit/Table.tsx';
import type { RobustResult } from '#renderer/stores/robustStore.ts';
import { css } from '#renderer/viewports/painters/ink.ts';
import { dvhOf } from '#shared/evaluation/dvh.ts';
import { type RobustMetric, roiRanges } from '#shared/evaluation/robust/roiRanges.ts';
import type { Roi } from '#shared/model/structures.ts';
import { useMemo } from 'react';

interface RobustTableProps {
  readonly result: RobustResult;
  readonly metric: RobustMetric;
}

/** A metric of every structure: in the nominal scenario, the least and the most of all scenarios, and where. */
export function RobustTable({ result, metric }: RobustTableProps) {
  const rows = useMemo(() => rangesOf(result), [result]);
  const gray = (value: number, where?: string) => (
    <>
      {value.toFixed(2)}
      {where !== undefined && <small>{where}</small>}
    </>
  );
  return (
    <Table
      data-testid="robust-table"
      rows={rows}
      rowKey={({ roi }) => roi.name}
      empty="No structures with contours."
      columns={[
        {
          key: 'name',
          title: 'Gy',
          render: ({ roi }) => (
            <span className="robust-name" title={roi.name}>
              <i style={{ background: css(roi.color) }} />
              {roi.name}
            </span>
          ),
        },
        { key: 'nominal', title: 'Nominal', numeric: true, render: ({ ranges }) => gray(ranges[metric].nominal) },
        {
          key: 'low',
          title: 'Lowest',
          numeric: true,
          render: ({ ranges }) => gray(ranges[metric].low, ranges[metric].lowIn),
        },
        {
          key: 'high',
          title: 'Highest',
          numeric: true,
          render: ({ ranges }) => gray(ranges[metric].high, ranges[metric].highIn),
        },
      ]}
    />
  );
}

const rangesOf = ({ rois, scenarios }: RobustResult) =>
  rois.flatMap((roi: Roi) => {
    const dvhs = scenarios.flatMap(({ name, dvhs: tables }) => {
      const table = tables.get(roi.number);
      return table === undefined || !(table.volume > 0) ? [] : [{ scenario: name, dvh: dvhOf(table) }];
    });
    return dvhs.length === 0 ? [] : [{ roi, ranges: roiRanges(dvhs) }];
  });
