export function JobPage({ id, rest }: { id: string; rest: string[] }) {
  return <main>{id}{rest}</main>;
}
