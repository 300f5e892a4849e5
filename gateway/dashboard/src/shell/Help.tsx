import { Dialog } from '../ui/Dialog';
import { switchShortcuts, useShortcutsOn } from './shortcuts';

const KEYS: [keys: string[], what: string][] = [
  [['g', 'n'], 'New job'],
  [['g', 'j'], 'Jobs'],
  [['g', 's'], 'System'],
  [['/'], 'Search (on Jobs)'],
  [['j', 'k'], 'Next and previous job (on Jobs); arrows do it too'],
  [['Enter'], 'Open the job'],
  [['Ctrl', 'Enter'], 'Submit (on New job)'],
  [['t'], 'Light, dark, or as the system'],
  [['?'], 'This help'],
];

/** What can be done by keys, and where else to look. */
export function Help({ onClose }: { onClose: () => void }) {
  const on = useShortcutsOn();
  return (
    <Dialog title="Keys and help" onClose={onClose}>
      <dl className="keys">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label className="check">
        <input type="checkbox" checked={on} onChange={(event) => switchShortcuts(event.target.checked)} />
        Single keys do something
      </label>
      <p className="hint">
        Everything that is shown here is in the API too: <a href="/docs">its documentation</a>.
      </p>
    </Dialog>
  );
}
