/**
 * Where dismissals are kept: `localStorage`, `sessionStorage`, or anything of that shape. One that throws is done without.
 *
 * @example
 * <MaintenanceProvider storage={sessionStorage}>
 */
export type DismissalStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
