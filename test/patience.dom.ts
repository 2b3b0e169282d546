import { configure } from '@testing-library/dom';

// As in patience.ts: by default the Testing Library gives up after a second.
configure({ asyncUtilTimeout: 10_000 });
