/** Everything about one job. */
export function JobPage({ id, rest }: { id: string; rest: string[] }) {
  return (
    <main>
      {id} {rest.join('/')}
    </main>
  );
}
