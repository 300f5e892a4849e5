import { Page } from '../ui/Page';
export function NewJobPage({ query }: { query: URLSearchParams }) {
  return <Page title="New job"><h1>New job {query.size}</h1></Page>;
}
