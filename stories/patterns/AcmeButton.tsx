import { useId, type ComponentPropsWithoutRef } from 'react';
import { useMaintenance } from 'react-maintenance-mode';
import './AcmeButton.css';

interface AcmeButtonProps extends ComponentPropsWithoutRef<'button'> {
  /** Not `disabled`: the button stays in the tab order, so that the reason can be read. */
  readonly unavailable?: string | undefined;
}

/** Stands in for the button of your design system, which already has an unavailable state. */
function AcmeButton({ unavailable, onClick, ...rest }: AcmeButtonProps): React.JSX.Element {
  const id = useId();
  return (
    <span className="acme-button">
      <button
        type="button"
        aria-disabled={unavailable ? true : undefined}
        aria-describedby={unavailable ? id : undefined}
        onClick={unavailable ? undefined : onClick}
        {...rest}
      />
      {unavailable ? <span id={id}>{unavailable}</span> : null}
    </span>
  );
}

/** The same button, connected to a feature. No other wrapping is needed. */
export function GatedButton({
  feature,
  ...rest
}: AcmeButtonProps & { readonly feature: string }): React.JSX.Element {
  const { canWrite } = useMaintenance(feature);
  return <AcmeButton unavailable={canWrite ? undefined : 'Sending is off for now.'} {...rest} />;
}
