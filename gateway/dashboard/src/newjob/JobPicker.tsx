import { useId } from 'react';
import type { JobPage } from '../jobs/list';
import { Field } from '../ui/Field';
import { statusText } from '../ui/StatusBadge';
import { useResource } from '../ui/useResource';

interface Props {
  label: string;
  value: string;
  errors: readonly string[];
  onChange: (job: string) => void;
}

/** Names a job: one of the newest, or any by its id. */
export function JobPicker({ label, value, errors, onChange }: Props) {
  const list = useId();
  const { data } = useResource<JobPage>('/jobs?limit=50');
  const chosen = data?.jobs.find((job) => job.id === value.trim());
  return (
    <Field label={label} hint={chosen ? `${chosen.title} · ${statusText(chosen.status)}` : 'Its id; the newest are offered.'} errors={errors}>
      {(tied) => (
        <>
          <input
            {...tied}
            list={list}
            className="mono"
            spellCheck={false}
            autoComplete="off"
            placeholder="01890000-…"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={list}>
            {data?.jobs.map((job) => (
              <option key={job.id} value={job.id}>
                {job.title}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
