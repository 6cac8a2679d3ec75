import { useState } from 'react';
import { errorWords } from '#shared/contract/errors.ts';
import { parseGoal } from '#shared/evaluation/goals/goalText.ts';

interface GoalTextProps {
  readonly text: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
}

/** A goal as text; what is wrong with it is said while it is typed, and only what can be read is taken. */
export function GoalText({ text, label, onChange }: GoalTextProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? text;
  const problem = problemOf(shown);
  const commit = (): void => {
    setTyped(null);
    if (typed !== null && problem === undefined && typed.trim() !== text) onChange(typed.trim());
  };
  return (
    <span className={problem === undefined ? 'goal-text' : 'goal-text invalid'}>
      <input
        type="text"
        aria-label={label}
        aria-invalid={problem !== undefined}
        value={shown}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') commit();
          else if (event.key === 'Escape') setTyped(null);
        }}
      />
      {problem !== undefined && (
        <small className="error" role="alert">
          {problem}
        </small>
      )}
    </span>
  );
}

function problemOf(text: string): string | undefined {
  try {
    parseGoal(text);
    return undefined;
  } catch (error) {
    return errorWords(error);
  }
}
