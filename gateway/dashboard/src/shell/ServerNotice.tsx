import { useServer } from '../server';
import { duration } from '../ui/format';
import { useNow } from '../ui/now';

/** Over the page, so that nothing moves: that the gateway is away, for how long, and that nothing need be done. */
export function ServerNotice() {
  const server = useServer();
  const now = useNow();
  return (
    <div className="server-notice" role="status">
      {server.state !== 'here' && (
        <p>
          <strong>{server.state === 'away' ? 'The gateway does not answer.' : 'The gateway is not ready.'}</strong>{' '}
          {server.state === 'unready' && `${server.why} `}
          What you see is as it was; this page goes on by itself.
          <span className="tabular" aria-hidden="true">
            {now - server.since >= 1000 && duration(Math.floor((now - server.since) / 1000) * 1000)}
          </span>
        </p>
      )}
    </div>
  );
}
