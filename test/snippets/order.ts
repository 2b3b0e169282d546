import type { Express, RequestHandler } from 'express';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { features } from './features.js';

const methodOverride =
  (header: string): RequestHandler =>
  (request, _response, next) => {
    request.method = request.get(header) ?? request.method;
    next();
  };
const session: RequestHandler = (_request, _response, next) => next();
const maintenance = maintenanceMiddleware({
  features,
  readFlags: () => ({ 'comments-maintenance': 'read-only' }),
  failure: 'open',
  routes: { '/api/comments/*': 'comments' },
});

export function addInOrder(app: Express): void {
  // #region
  app.use(methodOverride('X-HTTP-Method-Override')); // first: a GET may become a DELETE
  app.use(session);
  app.use(maintenance);
  // #endregion
}
