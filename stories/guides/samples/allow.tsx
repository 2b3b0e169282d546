import { MaintenanceGate } from 'react-maintenance-mode';

/** While the order cannot be changed, its number can still be copied. */
export function Order({ number }: { readonly number: string }): React.JSX.Element {
  return (
    <MaintenanceGate feature="checkout" requires="write" whenClosed="read-only">
      <input aria-label="Note for the courier" />
      <button
        type="button"
        data-maintenance-allow=""
        onClick={() => void navigator.clipboard.writeText(number)}
      >
        Copy the number of the order
      </button>
    </MaintenanceGate>
  );
}
