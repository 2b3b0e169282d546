import { OperatorPage, type OperatorPageProps } from '../operator/OperatorPage.js';
import { renderPage } from './renderPage.js';

/** Renders the demo's start page: the operator's panel between two customers. */
export function renderOperator(page: OperatorPageProps): string {
  return renderPage({
    title: 'react-maintenance-mode: the demo',
    asset: 'operator',
    element: <OperatorPage {...page} />,
    data: page,
  });
}
