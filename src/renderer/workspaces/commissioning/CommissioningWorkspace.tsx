import { useMemo } from 'react';
import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { CRITERIA } from '#shared/dosimetry/commissioning/summary.ts';
import { type Comparison, useCommissioning } from './commissioningStore.ts';
import { FilesPanel } from './FilesPanel.tsx';
import { FitPanel } from './FitPanel.tsx';
import { MachinePanel } from './MachinePanel.tsx';
import { ScanChart } from './ScanChart.tsx';
import { ScanTable } from './ScanTable.tsx';
import { curvesOf } from './scanCurves.ts';
import './commissioning.css';

/** Measured depth doses, profiles and output factors over what a machine gives, and fitting the machine to them. */
export default function CommissioningWorkspace() {
  const comparison = useCommissioning((state) => state.comparison);
  return (
    <WorkspaceLayout
      left={
        <>
          <FilesPanel />
          <MachinePanel />
        </>
      }
      right={comparison === null ? undefined : <FitPanel comparison={comparison} />}
    >
      {comparison === null ? (
        <div className="placeholder">
          Load measurements of a water tank, choose a machine, then compare it with them or fit it to them.
        </div>
      ) : (
        <Compared comparison={comparison} />
      )}
    </WorkspaceLayout>
  );
}

function Compared({ comparison }: { readonly comparison: Comparison }) {
  const selected = useCommissioning((state) => state.selected);
  const criterion = useCommissioning((state) => state.criterion);
  const curves = useMemo(() => curvesOf(comparison.compared, comparison.before, selected), [comparison, selected]);
  return (
    <div className="compared">
      <div className="compared-table">
        <ScanTable comparison={comparison} />
      </div>
      <ScanChart curves={curves} criterion={CRITERIA[criterion]} />
    </div>
  );
}
