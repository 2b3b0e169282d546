// Every entry that has types, so that both compilers read them all.
export type * as Core from 'react-maintenance-mode/core';
export type * as Devtools from 'react-maintenance-mode/devtools';
export type * as Fetch from 'react-maintenance-mode/fetch';
export type * as Http from 'react-maintenance-mode/http';
export type * as OpenFeature from 'react-maintenance-mode/openfeature';
export type * as Persisted from 'react-maintenance-mode/persisted';
export type * as Server from 'react-maintenance-mode/server';
export type * as ServerLocales from 'react-maintenance-mode/server/locales';
export type * as ServerReact from 'react-maintenance-mode/server/react';
export type * as Testing from 'react-maintenance-mode/testing';
