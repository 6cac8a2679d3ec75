import { type FormEvent, useState } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { type StudySearch, studySearch } from '#shared/contract/rpc/query.ts';
import { dicomDateOf } from './dates.ts';

interface SearchFormProps {
  readonly isRunning: boolean;
  readonly onSearch: (search: StudySearch) => void;
  readonly onStop: () => void;
}

const EMPTY: StudySearch = {
  patientName: '',
  patientId: '',
  patientBirthDate: '',
  studyDateFrom: '',
  studyDateTo: '',
  modality: '',
  accessionNumber: '',
  studyDescription: '',
};

const FIELDS: readonly { readonly key: keyof StudySearch; readonly label: string; readonly hint: string }[] = [
  { key: 'patientName', label: 'Patient name', hint: 'Family^Given, * ?' },
  { key: 'patientId', label: 'Patient ID', hint: '' },
  { key: 'patientBirthDate', label: 'Born', hint: 'YYYY-MM-DD' },
  { key: 'modality', label: 'Modality', hint: 'CT, MR, RTPLAN…' },
  { key: 'studyDateFrom', label: 'Study from', hint: 'YYYY-MM-DD' },
  { key: 'studyDateTo', label: 'Study until', hint: 'YYYY-MM-DD' },
  { key: 'accessionNumber', label: 'Accession no.', hint: '' },
  { key: 'studyDescription', label: 'Description', hint: 'its beginning, * ?' },
];
const DATES: ReadonlySet<keyof StudySearch> = new Set(['patientBirthDate', 'studyDateFrom', 'studyDateTo']);

/** What a study is searched by; nothing is asked before every field makes sense. */
export function SearchForm({ isRunning, onSearch, onStop }: SearchFormProps) {
  const [typed, setTyped] = useState(EMPTY);
  const values = Object.fromEntries(
    FIELDS.map(({ key }) => {
      if (key === 'modality') return [key, typed.modality.trim().toUpperCase()];
      return [key, DATES.has(key) ? (dicomDateOf(typed[key]) ?? 'no date') : typed[key].trim()];
    }),
  );
  const parsed = studySearch.safeParse(values);
  const problem = (key: keyof StudySearch): string | undefined => {
    const message = parsed.error?.issues.find((issue) => issue.path[0] === key)?.message;
    return message === undefined ? undefined : DATES.has(key) ? 'a date as YYYY-MM-DD' : message;
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (parsed.success) onSearch(parsed.data);
  };
  return (
    <form className="query-form" onSubmit={submit}>
      {FIELDS.map(({ key, label, hint }) => (
        <Field key={key} label={label} error={problem(key)}>
          <input
            type="text"
            placeholder={hint}
            data-testid={`query-${key}`}
            value={typed[key]}
            onChange={(event) => setTyped({ ...typed, [key]: event.target.value })}
          />
        </Field>
      ))}
      <div className="query-buttons">
        <Button kind="primary" type="submit" data-testid="query-search" disabled={!parsed.success}>
          Search
        </Button>
        {isRunning && <Button onClick={onStop}>Stop</Button>}
        <Button kind="quiet" onClick={() => setTyped(EMPTY)}>
          Clear
        </Button>
      </div>
    </form>
  );
}
