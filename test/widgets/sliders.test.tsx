import { Slider as MuiSlider } from '@mui/material';
import * as RadixSlider from '@radix-ui/react-slider';
import RcSlider from '@rc-component/slider';
import { useState } from 'react';
import { Slider as AriaSlider, SliderThumb, SliderTrack } from 'react-aria-components';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import type {} from '@vitest/browser-playwright';
import { cdp } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { frames, openPage, type OpenPage } from '../browser/openPage.js';
import { inTurn } from '../inTurn.js';
import { oneOnReact18 } from './oneOnReact18.js';

const behaviors: readonly ClosedBehavior[] = ['disable', 'read-only', 'overlay', 'replace', 'hide'];
const sliders = { Radix, Mui, Rc, Aria, Native };
type Report = (value: number) => void;

describe.each(oneOnReact18(sliders))('a drag of the slider of %s', (name, Slider) => {
  it.each(inTurn(behaviors, name, Object.keys(sliders)))(
    'ends when it is released, in a gate that has closed with %s meanwhile',
    async (closed) => {
      const values: number[] = [];
      const page = await openSlider(closed, <Slider report={(value) => values.push(value)} />);
      const { at, y } = place(page);
      await mouse('mousePressed', at(20), y);
      await mouse('mouseMoved', at(60), y);
      const dragged = values.at(-1);

      await page.set({ search: true });
      values.length = 0;
      await mouse('mouseMoved', at(120), y);
      expect(values).toEqual([]);
      await mouse('mouseReleased', at(120), y);
      values.length = 0;
      await mouse('mouseMoved', at(150), y);
      await page.set({ search: false });
      await mouse('mouseMoved', at(90), y);

      expect(dragged).toBeGreaterThan(20);
      expect(values).toEqual([]);
    },
  );

  it('can begin again when its gate is open', async () => {
    const values: number[] = [];
    const page = await openSlider('disable', <Slider report={(value) => values.push(value)} />);
    const { at, y } = place(page);
    await mouse('mousePressed', at(20), y);
    await mouse('mouseMoved', at(60), y);
    await page.set({ search: true });
    await mouse('mouseReleased', at(60), y);
    await page.set({ search: false });
    values.length = 0;

    await mouse('mouseMoved', at(60), y);
    await mouse('mousePressed', at(60), y);
    await mouse('mouseMoved', at(100), y);
    await mouse('mouseReleased', at(100), y);

    expect(values.at(-1)).toBeGreaterThan(40);
  });

  it('does not begin while its gate is closed', async () => {
    const values: number[] = [];
    const page = await openSlider('read-only', <Slider report={(value) => values.push(value)} />);
    await page.set({ search: true });
    const { at, y } = place(page);

    await mouse('mousePressed', at(20), y);
    await mouse('mouseMoved', at(60), y);
    await page.set({ search: false });
    await mouse('mouseMoved', at(100), y);
    await mouse('mouseReleased', at(100), y);

    expect(values).toEqual([]);
  });
});

async function openSlider(closed: ClosedBehavior, slider: React.ReactNode): Promise<OpenPage> {
  return openPage(
    <>
      <MaintenanceGate feature="search" whenClosed={closed}>
        <div id="slider" style={{ width: 200, padding: 20 }}>
          {slider}
        </div>
      </MaintenanceGate>
      <p>Outside</p>
    </>,
  );
}

/** Where the slider is, in the page of the driver: pixels from its start. */
function place(page: OpenPage): { at: (x: number) => number; y: number } {
  const { left, top, height } = page.find('#slider').getBoundingClientRect();
  const frame = window.frameElement?.getBoundingClientRect();
  const scale = frame ? frame.width / innerWidth : 1;
  return {
    at: (x) => (frame?.left ?? 0) + (left + 20 + x) * scale,
    y: (frame?.top ?? 0) + (top + height / 2) * scale,
  };
}

/** What the browser has to be told with each move. */
const held = { buttons: 0 };

async function mouse(
  type: 'mousePressed' | 'mouseMoved' | 'mouseReleased',
  x: number,
  y: number,
): Promise<void> {
  if (type !== 'mouseMoved') held.buttons = type === 'mousePressed' ? 1 : 0;
  const button = type === 'mouseMoved' && !held.buttons ? 'none' : 'left';
  await cdp().send('Input.dispatchMouseEvent', { type, x, y, button, clickCount: 1, ...held });
  await frames();
}

function Radix({ report }: { report: Report }) {
  return (
    <RadixSlider.Root
      defaultValue={[0]}
      onValueChange={([value]) => report(value ?? 0)}
      style={{ position: 'relative', display: 'flex', width: 200, height: 20, touchAction: 'none' }}
    >
      <RadixSlider.Track style={{ flexGrow: 1, background: 'silver' }}>
        <RadixSlider.Range />
      </RadixSlider.Track>
      <RadixSlider.Thumb aria-label="Volume" style={{ display: 'block', width: 16, height: 16 }} />
    </RadixSlider.Root>
  );
}

function Mui({ report }: { report: Report }) {
  const [value, setValue] = useState(0);
  return (
    <MuiSlider
      aria-label="Volume"
      value={value}
      onChange={(_event, next) => {
        setValue(next);
        report(next);
      }}
    />
  );
}

function Rc({ report }: { report: Report }) {
  return (
    <div style={{ height: 14, position: 'relative' }}>
      <RcSlider
        defaultValue={0}
        onChange={(value) => report(Number(value))}
        styles={{ rail: { height: 14, width: '100%', background: 'silver', position: 'absolute' } }}
        style={{ height: 14, position: 'relative' }}
      />
    </div>
  );
}

function Aria({ report }: { report: Report }) {
  return (
    <AriaSlider defaultValue={0} aria-label="Volume" onChange={(value) => report(Number(value))}>
      <SliderTrack style={{ position: 'relative', height: 20, width: '100%' }}>
        <SliderThumb style={{ width: 16, height: 16, top: '50%', background: 'gray' }} />
      </SliderTrack>
    </AriaSlider>
  );
}

function Native({ report }: { report: Report }) {
  return (
    <input
      type="range"
      aria-label="Volume"
      defaultValue={0}
      style={{ width: 200 }}
      onChange={({ target }) => report(Number(target.value))}
    />
  );
}
