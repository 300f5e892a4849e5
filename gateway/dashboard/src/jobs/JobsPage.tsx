import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { replaceHash } from '../route';
import { useServer } from '../server';
import { useShortcuts } from '../shell/shortcuts';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { Page } from '../ui/Page';
import { ProblemView } from '../ui/ProblemView';
import { StatusIcon, statusText } from '../ui/StatusBadge';
import { plural } from '../ui/format';
import { JobRows } from './JobRows';
import { KINDS, STATUSES, filterOf, hashOf, matching, type Filter } from './list';
import { useJobFeed } from './useJobFeed';
import './jobs.css';

/** How many jobs are looked through for a text without being asked. */
const SEARCHED = 2000;

/** All jobs, live; what is shown stands in the address, so that a reload or a link shows the same. */
export function JobsPage({ query }: { query: URLSearchParams }) {
  const address = query.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(address)), [address]);
  const { known, first, loadingOlder, problem, doing, older, live } = useJobFeed(filter);
  const server = useServer();
  const search = useRef<HTMLInputElement>(null);
  useShortcuts(useMemo(() => ({ '/': () => search.current?.focus() }), []));

  const jobs = useMemo(() => matching(known.jobs, filter.text), [known.jobs, filter.text]);
  const more = known.next !== undefined;
  const [searchedTo, setSearchedTo] = useState(SEARCHED);
  const searching = filter.text.trim() !== '';
  const goOn = more && (!searching || known.jobs.length < searchedTo);
  const reachedEnd = useCallback(() => {
    if (goOn && problem === undefined) {
      void older();
    }
  }, [goOn, older, problem]);

  return (
    <Page title={filter.status === undefined ? 'Jobs' : `Jobs: ${statusText(filter.status)}`} className="jobs">
      <div className="jobs-head">
        <h1>Jobs</h1>
        <Live live={live} />
        <a className="button look-primary" href="#/">
          New job
        </a>
      </div>
      <FilterBar filter={filter} search={search} />
      <p className="visually-hidden" role="status">
        {first ? 'Jobs are on their way' : `${plural(jobs.length, 'job')}${more ? ' and more' : ''}`}
      </p>
      {problem !== undefined && server.state === 'here' && <ProblemView problem={problem} />}
      {first && problem === undefined ? (
        <div className="rows-skeleton" aria-busy="true" aria-hidden="true" />
      ) : jobs.length > 0 ? (
        <JobRows key={`${filter.status} ${filter.kind} ${filter.text}`} jobs={jobs} doing={doing} onEnd={reachedEnd} />
      ) : goOn && !first ? (
        <Searching onShown={reachedEnd} searched={known.jobs.length} />
      ) : (
        <Nothing filter={filter} away={first} />
      )}
      {!first && (
        <p className="list-end hint">
          {loadingOlder
            ? 'Older jobs are on their way…'
            : searching
              ? `Searched ${more ? 'the newest ' : 'all '}${plural(known.jobs.length, 'job')}.`
              : !more && jobs.length > 0 && 'That is all.'}{' '}
          {searching && more && !goOn && (
            <Button look="quiet" onClick={() => setSearchedTo(known.jobs.length + SEARCHED)}>
              Search older ones
            </Button>
          )}
        </p>
      )}
    </Page>
  );
}

function Live({ live }: { live: boolean }) {
  return (
    <span className={`live ${live ? 'tone-good' : 'tone-idle'}`} title={live ? 'What happens is shown at once' : 'Events do not come; the list is asked for again as soon as they do'}>
      <span aria-hidden="true" />
      {live ? 'Live' : 'Connecting…'}
    </span>
  );
}

function FilterBar({ filter, search }: { filter: Filter; search: React.RefObject<HTMLInputElement | null> }) {
  const kind = useId();
  return (
    <div role="search" className="filters">
      <nav className="chips" aria-label="Status">
        {[undefined, ...STATUSES].map((status) => (
          <a
            key={status ?? 'all'}
            href={hashOf({ ...filter, status })}
            aria-current={status === filter.status ? 'true' : undefined}
          >
            {status === undefined ? (
              'All'
            ) : (
              <>
                <StatusIcon status={status} />
                {statusText(status)}
              </>
            )}
          </a>
        ))}
      </nav>
      <label className="visually-hidden" htmlFor={kind}>
        Kind
      </label>
      <select
        id={kind}
        value={filter.kind ?? ''}
        onChange={(event) =>
          replaceHash(hashOf({ ...filter, kind: KINDS.find((each) => each === event.target.value) }))
        }
      >
        <option value="">Every kind</option>
        {KINDS.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      <input
        ref={search}
        type="search"
        aria-label="Search title or id"
        placeholder="Search title or id"
        value={filter.text}
        onChange={(event) => replaceHash(hashOf({ ...filter, text: event.target.value }))}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.currentTarget.blur();
          }
        }}
      />
    </div>
  );
}

/** Nothing was found yet, and there is more to look through. */
function Searching({ onShown, searched }: { onShown: () => void; searched: number }) {
  useEffect(onShown, [onShown, searched]);
  return <EmptyState title="Searching…">{plural(searched, 'job')} searched so far.</EmptyState>;
}

function Nothing({ filter, away }: { filter: Filter; away: boolean }) {
  if (away) {
    return <EmptyState title="The jobs could not be asked for">They are shown here as soon as the gateway answers.</EmptyState>;
  }
  if (filter.status !== undefined || filter.kind !== undefined || filter.text !== '') {
    return (
      <EmptyState title="No such job">
        Nothing fits this filter. <a href="#/jobs">Show all jobs</a>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No job yet">
      <p>
        Describe a piece of software, and watch it being planned, built and tested. <a href="#/">Make the first job</a>
      </p>
      <p>
        Or from a terminal: <code>./nexus submit &quot;Convert Roman numerals to integers and back&quot;</code>
      </p>
    </EmptyState>
  );
}
