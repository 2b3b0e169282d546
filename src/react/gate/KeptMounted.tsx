'use client';
import * as React from 'react';

interface KeptMountedProps {
  readonly hidden: boolean;
  readonly children: React.ReactNode;
}

// React has it from 19.2 on; a named import would not build with an older one.
const Activity = (
  React as { Activity?: React.ComponentType<{ mode: 'hidden' | 'visible'; children: React.ReactNode }> }
)['Activity'];

/** Keeps what a person did in its children while they are hidden. Where React can, their effects rest and their portals hide too. */
export function KeptMounted({ hidden, children }: KeptMountedProps): React.JSX.Element {
  return Activity ? <Activity mode={hidden ? 'hidden' : 'visible'}>{children}</Activity> : <>{children}</>;
}
