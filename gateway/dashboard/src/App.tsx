import { JobPage } from './job/JobPage';
import { JobsPage } from './jobs/JobsPage';
import { NewJobPage } from './newjob/NewJobPage';
import { parseRoute, useHash, type Route } from './route';
import { Shell } from './shell/Shell';
import { SystemPage } from './system/SystemPage';
import { EmptyState } from './ui/EmptyState';
import { Page } from './ui/Page';

/** The dashboard: a page for each route. */
export function App() {
  const route = parseRoute(useHash());
  return (
    <Shell page={route.page}>
      <Shown route={route} />
    </Shell>
  );
}

function Shown({ route }: { route: Route }) {
  switch (route.page) {
    case 'new':
      return <NewJobPage key={route.query.toString()} query={route.query} />;
    case 'jobs':
      return <JobsPage query={route.query} />;
    case 'job':
      return <JobPage key={route.id} id={route.id} rest={route.rest} />;
    case 'system':
      return <SystemPage />;
    case 'unknown':
      return (
        <Page title="No such page">
          <h1 className="visually-hidden">No such page</h1>
          <EmptyState title="There is no such page">
            <code>{route.path}</code> leads nowhere. <a href="#/jobs">All jobs</a> · <a href="#/">New job</a>
          </EmptyState>
        </Page>
      );
  }
}
