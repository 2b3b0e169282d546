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

/** Hides its children without losing what a person did in them. Where React can, their effects rest too. */
export function KeptMounted({ hidden, children }: KeptMountedProps): React.JSX.Element {
  // Not `hidden` on the element alone: a stylesheet's `display` would show it again.
  const content = (
    <div data-maintenance-content="" hidden={hidden}>
      {children}
    </div>
  );
  return Activity ? <Activity mode={hidden ? 'hidden' : 'visible'}>{content}</Activity> : content;
}
