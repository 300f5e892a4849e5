import { useId, useState, type FormEvent } from 'react';
import { request, type Problem } from '../api';
import { signedIn } from '../session';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { ProblemView, problemFrom } from '../ui/ProblemView';

/** Asks once for an API key; the gateway keeps it as a session, the page does not. */
export function SignIn() {
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const field = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) {
      return;
    }
    setBusy(true);
    try {
      await request('/session', { method: 'POST', headers: { Authorization: `Bearer ${key.trim()}` } });
      signedIn();
    } catch (failure) {
      setProblem(problemFrom(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title="A key is needed">
      <form className="sign-in" onSubmit={submit}>
        <p>
          This installation lets in who has an API key. An operator makes one with{' '}
          <code>./nexus keys create --tenant NAME --scope jobs:read,jobs:write</code>
        </p>
        <label htmlFor={field}>API key</label>
        <input
          id={field}
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          placeholder="nxs_…"
          required
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        {problem !== undefined && <ProblemView problem={problem} />}
        <Button type="submit" look="primary" busy={busy}>
          Go on
        </Button>
        <p className="hint">It is sent once and kept in no page: the browser holds a session instead, which ends by itself.</p>
      </form>
    </Dialog>
  );
}
