import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderToPipeableStream } from 'react-dom/server';
import { MaintenanceProvider, type FlagSource, type Snapshot } from 'react-maintenance-mode';
import { serializeSnapshot } from 'react-maintenance-mode/server';
import type { MaintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { features } from './features.js';
import { SearchBox } from './SearchBox.js';

interface AppProps {
  readonly snapshot: Snapshot | null | undefined;
  readonly source?: FlagSource;
}

export function App({ snapshot, source }: AppProps): React.JSX.Element {
  return (
    // #region
    <MaintenanceProvider features={features} snapshot={snapshot} source={source}>
      <SearchBox />
    </MaintenanceProvider>
    // #endregion
  );
}

export function render(
  maintenance: MaintenanceMiddleware<string, IncomingMessage>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // #region
  const { snapshot } = maintenance.passOf(request); // undefined when the flags cannot be read
  renderToPipeableStream(<App snapshot={snapshot} />, {
    bootstrapScriptContent: `window.snapshot = ${serializeSnapshot(snapshot)}`,
  }).pipe(response);
  // #endregion
}
