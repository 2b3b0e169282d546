import { Fragment, createElement, type ReactNode } from 'react';

/** A message with what stands in braces filled in, which may be elements. */
export function fillMessage(message: string, values: Readonly<Record<string, ReactNode>>): ReactNode {
  const parts = message.split(/\{(\w+)\}/);
  return createElement(Fragment, null, ...parts.map((part, index) => (index % 2 ? values[part] : part)));
}
