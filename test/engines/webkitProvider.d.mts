import type { BrowserProviderOption } from 'vitest/node';

export declare function webkitProvider(port: number): BrowserProviderOption;
