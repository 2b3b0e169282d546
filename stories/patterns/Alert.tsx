import type { ReactNode } from 'react';
import './Alert.css';

interface AlertProps {
  readonly severity: 'info' | 'warning' | 'error';
  readonly title: string;
  readonly children?: ReactNode;
}

/** Stands in for the alert of your design system. It knows nothing about maintenance. */
export function Alert({ severity, title, children }: AlertProps): React.JSX.Element {
  return (
    <section className={`acme-alert acme-alert-${severity}`} aria-label={`${words[severity]}: ${title}`}>
      <strong>
        {words[severity]}: {title}
      </strong>
      {children ? <div>{children}</div> : null}
    </section>
  );
}

const words = { info: 'Notice', warning: 'Limited', error: 'Unavailable' };
