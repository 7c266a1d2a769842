import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { QueuePage } from './queue/queue-page.js';
import { useSession, WithSession } from './session/session.js';
import { Shell } from './shell/shell.js';
import { PAGES } from './shell/pages.js';
import { Waiting } from './shell/waiting.js';

// The queue is what reviewers come for; the other pages are loaded when somebody goes there.
const AuditPage = lazy(() => import('./audit/audit-page.js').then((page) => ({ default: page.AuditPage })));
const JobPage = lazy(() => import('./jobs/job-page.js').then((page) => ({ default: page.JobPage })));
const JobsPage = lazy(() => import('./jobs/jobs-page.js').then((page) => ({ default: page.JobsPage })));
const PoliciesPage = lazy(() =>
  import('./policies/policies-page.js').then((page) => ({ default: page.PoliciesPage })),
);
const ReviewsPage = lazy(() =>
  import('./reviews/reviews-page.js').then((page) => ({ default: page.ReviewsPage })),
);
const SystemPage = lazy(() =>
  import('./system/system-page.js').then((page) => ({ default: page.SystemPage })),
);

/** The console. */
export function App() {
  return (
    <WithSession>
      <Shell>
        <Suspense fallback={<Waiting />}>
          <Pages />
        </Suspense>
      </Shell>
    </WithSession>
  );
}

function Pages() {
  const { isOneOf } = useSession();
  const first = PAGES.find(({ roles }) => isOneOf(...roles))?.path ?? '/system';
  return (
    <Switch>
      <Route path="/queue">{() => <QueuePage key="job" kind="job" />}</Route>
      <Route path="/output">{() => <QueuePage key="output" kind="output" />}</Route>
      <Route path="/reviews" component={ReviewsPage} />
      <Route path="/jobs" component={JobsPage} />
      <Route path="/jobs/:id">{({ id }) => <JobPage key={id} id={id} />}</Route>
      <Route path="/policies" component={PoliciesPage} />
      <Route path="/audit">{() => <AuditPage />}</Route>
      <Route path="/audit/:trace">{({ trace }) => <AuditPage key={trace} trace={trace} />}</Route>
      <Route path="/system" component={SystemPage} />
      <Route>
        <Redirect to={first} replace />
      </Route>
    </Switch>
  );
}
