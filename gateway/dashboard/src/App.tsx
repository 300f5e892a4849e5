import { JobPage } from './job/JobPage';
import { parseRoute, useHash } from './route';

/** The dashboard: a page for each route. */
export function App() {
  const route = parseRoute(useHash());
  switch (route.page) {
    case 'job':
      return <JobPage key={route.id} id={route.id} rest={route.rest} />;
    case 'new':
    case 'jobs':
    case 'system':
    case 'unknown':
      return <main>{route.page}</main>;
  }
}
