'use client';
import * as React from 'react';

/**
 * What the effects of children do while these are hidden. `run`: they stay alive, and so do editors, forms and players, which
 * destroy themselves in the cleanup of an effect. `pause`: React cleans them up and runs them again when the children are back.
 */
export type HiddenEffects = 'run' | 'pause';

interface KeptMountedProps {
  readonly hidden: boolean;
  readonly effects: HiddenEffects;
  readonly children: React.ReactNode;
}

// React has it from 19.2 on; a named import would not build with an older one.
const Activity = (
  React as { Activity?: React.ComponentType<{ mode: 'hidden' | 'visible'; children: React.ReactNode }> }
)['Activity'];

/** Whether this React can pause them. */
export const pausesEffects: boolean = Activity !== undefined;

/** Keeps its children mounted while they are hidden. */
export function KeptMounted({ hidden, effects, children }: KeptMountedProps): React.JSX.Element {
  // Another element around them would mount them anew.
  const [pauses] = React.useState(effects === 'pause');
  return Activity && pauses ? (
    <Activity mode={hidden ? 'hidden' : 'visible'}>{children}</Activity>
  ) : (
    <>{children}</>
  );
}
