import { Alert } from '@mantine/core';
import { IconEyeExclamation } from '@tabler/icons-react';
import { Fragment } from 'react';
import { KIND_NAMES } from '../reveal/hidden-kinds.js';
import type { HiddenFindings } from '../reveal/find-hidden.js';
import { Revealed } from '../reveal/revealed.js';

/** Says that a request contains what can't be seen; nothing where it doesn't. */
export function HiddenBanner({ findings }: { readonly findings: HiddenFindings }) {
  if (findings.count === 0) return null;
  const kinds = [...findings.kinds].map(([kind, count]) => `${KIND_NAMES[kind]} (${count})`);
  return (
    <Alert
      color="orange"
      variant="light"
      role="alert"
      icon={<IconEyeExclamation />}
      title="Contains hidden characters"
      className="hidden-banner"
    >
      {`They are shown as ⟦marks⟧ where they stand: ${kinds.join(', ')}. Found in `}
      {findings.places.map((place, i) => (
        <Fragment key={place}>
          {i > 0 && ', '}
          <code>
            <Revealed text={place} />
          </code>
        </Fragment>
      ))}
      .
    </Alert>
  );
}
