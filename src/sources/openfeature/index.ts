export { openFeatureSource, type OpenFeatureClient } from './openFeatureSource.js';
