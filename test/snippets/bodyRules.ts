import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { graphqlFeatures, graphqlReads } from '../../stories/guides/samples/graphqlRules.js';
import { features } from './features.js';

const readFlags = () => ({ 'search-maintenance': 'down' });

export const maintenance =
  // #region
  maintenanceMiddleware({
    features,
    readFlags,
    failure: 'open',
    routes: { '/api/search/*': 'search', '/graphql': graphqlFeatures },
    reads: { 'POST /api/search': true, 'POST /graphql': graphqlReads },
  });
// #endregion
