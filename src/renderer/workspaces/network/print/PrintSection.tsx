import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { allSeries } from '#renderer/document/choose.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import type { PatientTree } from '#shared/contract/rpc/patients.ts';
import { FilmPreview } from './FilmPreview.tsx';
import { everyFor, type PrintDraft, requestOf } from './printDraft.ts';
import { PrinterPanel } from './PrinterPanel.tsx';
import { PrintSettings } from './PrintSettings.tsx';
import './print.css';

const say = (error: unknown): void => toast(errorWords(error), 'error');

/** Films of the open patient: what is printed, how it will look, and the printer. */
export default function PrintSection() {
  const document = useDocument((state) => state.document);
  const [nodes, setNodes] = useState<readonly NetworkNode[]>([]);
  useEffect(() => {
    rpc.nodes.list().then(setNodes).catch(say);
  }, []);
  if (document === null)
    return (
      <section className="network-section">
        <h2>Print</h2>
        <p className="hint">Open a patient to print its images on film.</p>
      </section>
    );
  const { plan } = document;
  return (
    <PrintForm
      key={document.patientKey}
      tree={document.tree}
      plan={plan === undefined ? '' : plan.label}
      nodes={nodes}
    />
  );
}

/** Modalities whose images are grey. */
const PRINTABLE: readonly string[] = ['CT', 'MR', 'PT', 'RTIMAGE', 'CR', 'DX', 'NM', 'RTDOSE'];
const FROM_FILE = 'file';

interface PrintFormProps {
  readonly tree: PatientTree;
  readonly plan: string;
  readonly nodes: readonly NetworkNode[];
}

function PrintForm({ tree, plan, nodes }: PrintFormProps) {
  const printable = allSeries(tree).filter(({ series }) => PRINTABLE.includes(series.modality));
  const [seriesUid, setSeriesUid] = useState(printable[0]?.series.seriesInstanceUid ?? FROM_FILE);
  const [slices, setSlices] = useState({ count: 0, hasSpacing: false });
  const [draft, setDraft] = useState<PrintDraft | null>(null);
  const [isPrintable, setPrintable] = useState(false);
  useEffect(() => {
    if (seriesUid === FROM_FILE) return;
    let current = true;
    rpc.print
      .slices({ patientKey: tree.key, seriesInstanceUid: seriesUid })
      .then(({ count, window, hasSpacing }) => {
        if (!current) return;
        setSlices({ count, hasSpacing });
        const source = { series: seriesUid };
        setDraft((old) => ({ ...FIRST, plan, ...old, from: 1, to: count, every: everyFor(count), ...window, source }));
      })
      .catch(say);
    return () => {
      current = false;
    };
  }, [seriesUid, tree.key, plan]);
  const takePicture = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setSlices({ count: 1, hasSpacing: false });
    const source = { title: file.name.slice(0, 64), png: base64(new Uint8Array(await file.arrayBuffer())) };
    setDraft((old) => ({ ...FIRST, plan, ...old, columns: 1, rows: 1, trueSize: false, source }));
  };
  return (
    <>
      {draft !== null && <PrinterPanel nodes={nodes} request={requestOf(draft, tree.key)} isPrintable={isPrintable} />}
      <section className="network-section print-section" aria-label="print">
        <div>
          <h2>Print images of {tree.patientId}</h2>
          <Field label="What">
            <Select
              aria-label="series to print"
              data-testid="print-series"
              value={seriesUid}
              options={[
                ...printable.map(({ series }) => ({
                  value: series.seriesInstanceUid,
                  label: `${series.modality} ${series.seriesDescription || series.seriesNumber} (${series.instanceCount})`,
                })),
                { value: FROM_FILE, label: 'a picture (PNG file)' },
              ]}
              onChange={(value) => {
                setDraft(null);
                setSeriesUid(value);
              }}
            />
          </Field>
          {seriesUid === FROM_FILE && (
            <Field label="Picture">
              <input type="file" accept="image/png" onChange={(event) => void takePicture(event.target.files?.[0])} />
            </Field>
          )}
          {draft !== null && <PrintSettings draft={draft} {...slices} onChange={setDraft} />}
        </div>
        {draft !== null && <FilmPreview request={requestOf(draft, tree.key)} onState={setPrintable} />}
      </section>
    </>
  );
}

const FIRST: Omit<PrintDraft, 'source'> = {
  from: 1,
  to: 1,
  every: 1,
  center: 40,
  width: 400,
  columns: 3,
  rows: 4,
  filmSize: '14INX17IN',
  orientation: 'PORTRAIT',
  trueSize: false,
  polarity: 'NORMAL',
  bits: '12',
  copies: 1,
  priority: 'MED',
  medium: 'BLUE FILM',
  destination: 'PROCESSOR',
  plan: '',
  annotationFormat: '',
};

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}
