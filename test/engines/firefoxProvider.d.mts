import type { BrowserProviderOption } from 'vitest/node';

export declare function firefoxProvider(executablePath: string | undefined): BrowserProviderOption;
export declare const withoutTransform: string;
