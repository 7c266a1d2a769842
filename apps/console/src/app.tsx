import { Redirect, Route, Switch } from 'wouter';
import { AuditPage } from './audit/audit-page.js';
import { JobPage } from './jobs/job-page.js';
import { JobsPage } from './jobs/jobs-page.js';
import { PoliciesPage } from './policies/policies-page.js';
import { QueuePage } from './queue/queue-page.js';
import { useSession, WithSession } from './session/session.js';
import { Shell } from './shell/shell.js';
import { PAGES } from './shell/pages.js';
import { SystemPage } from './system/system-page.js';

/** The console. */
export function App() {
  return (
    <WithSession>
      <Shell>
        <Pages />
      </Shell>
    </WithSession>
  );
}

function Pages() {
  const { isOneOf } = useSession();
  const first = PAGES.find(({ roles }) => isOneOf(...roles))?.path ?? '/system';
  return (
    <Switch>
      <Route path="/queue" component={QueuePage} />
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
