import type { OperatorState } from '../operator/OperatorState.js';
import { OperatorPage } from '../operator/OperatorPage.js';
import { renderPage } from './renderPage.js';

/** The page that the demo begins with: the operator's panel between two customers. */
export function renderOperator(state: OperatorState): string {
  return renderPage({
    title: 'react-maintenance-mode: the demo',
    asset: 'operator',
    element: <OperatorPage initial={state} />,
    data: state,
  });
}
