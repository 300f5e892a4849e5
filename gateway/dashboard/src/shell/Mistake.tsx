import { Component, type ReactNode } from 'react';
import { Page } from '../ui/Page';
import { ProblemView, problemFrom } from '../ui/ProblemView';

/** Where a page fails, this says so; the rest stays usable. */
export class Mistake extends Component<{ children: ReactNode }, { failure?: unknown }> {
  override state: { failure?: unknown } = {};

  static getDerivedStateFromError(failure: unknown) {
    return { failure };
  }

  override render() {
    return this.state.failure === undefined ? (
      this.props.children
    ) : (
      <Page title="A mistake">
        <ProblemView problem={problemFrom(this.state.failure)}>
          <p>Reload the page; jobs are not touched by this.</p>
        </ProblemView>
      </Page>
    );
  }
}
