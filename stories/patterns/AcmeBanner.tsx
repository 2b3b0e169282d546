import { useMaintenance, type Features } from 'react-maintenance-mode';
import { Alert } from './Alert.js';

const severities = { none: 'info', degraded: 'warning', 'read-only': 'warning', down: 'error' } as const;

/** A banner made of another design system's components. The hook returns the affected features, worst first. */
export function AcmeBanner({ features }: { readonly features: Features }): React.JSX.Element | null {
  const [worst, ...others] = useMaintenance();
  if (!worst) return null;
  const { feature, mode, notice, endsAt } = worst;
  return (
    <Alert severity={severities[mode]} title={notice?.title ?? String(features[feature]?.label ?? feature)}>
      {notice?.message}
      {endsAt === undefined ? null : (
        <>
          {' '}
          Until{' '}
          <time dateTime={new Date(endsAt).toISOString()}>
            {new Date(endsAt).toLocaleTimeString('en-GB', {
              hour: 'numeric',
              minute: '2-digit',
              timeZone: 'UTC',
              timeZoneName: 'short',
            })}
          </time>
          .
        </>
      )}
      {others.length > 0 && <p>And {others.length} more.</p>}
    </Alert>
  );
}
