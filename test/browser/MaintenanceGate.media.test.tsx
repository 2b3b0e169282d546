import { MaintenanceGate, useGate, type ClosedBehavior } from 'react-maintenance-mode';
import { createPortal } from 'react-dom';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { frames, openPage, type OpenPage } from './openPage.js';

const unreachable: readonly ClosedBehavior[] = ['replace', 'hide', 'overlay'];
const guarding: readonly ClosedBehavior[] = ['disable', 'read-only'];

describe.each(unreachable)('sound in a gate that closes with %s', (closed) => {
  it.each(['plain', 'in-shadow', 'in-frame'])(
    'pauses, and continues when the gate opens: %s',
    async (where) => {
      const page = await openPage(<Players closed={closed} />);
      const player = await playing(page, where);

      await page.set({ search: true });
      await expect.poll(() => player.paused).toBe(true);
      await page.set({ search: false });

      await expect.poll(() => player.paused).toBe(false);
    },
  );

  it('stays paused if it was paused before', async () => {
    const page = await openPage(<Players closed={closed} />);
    const player = await playing(page, 'plain');
    player.pause();

    await page.set({ search: true });
    await page.set({ search: false });

    expect(player.paused).toBe(true);
  });

  it('does not play when it starts while the gate is closed, and plays when the gate opens', async () => {
    const page = await openPage(<Players closed={closed} />);
    const player = await playing(page, 'plain');
    player.pause();

    await page.set({ search: true });
    await player.play().catch(() => {});
    await expect.poll(() => player.paused).toBe(true);
    await page.set({ search: false });

    await expect.poll(() => player.paused).toBe(false);
  });

  it('keeps playing outside of the gate', async () => {
    const page = await openPage(
      <>
        <MaintenanceGate feature="search" whenClosed={closed} />
        <Player id="plain" />
      </>,
    );
    const player = await playing(page, 'plain');

    await page.set({ search: true });

    expect(player.paused).toBe(false);
  });
});

describe.each(['replace', 'hide'] as const)('sound in a portal of a gate that closes with %s', (closed) => {
  it('pauses, and continues when the gate opens', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        {createPortal(<Player id="plain" />, document.body)}
      </MaintenanceGate>,
    );
    const player = await playing(page, 'plain');

    await page.set({ search: true });
    expect(player.paused).toBe(true);
    await page.set({ search: false });

    await expect.poll(() => player.paused).toBe(false);
  });
});

describe.each(['replace', 'hide'] as const)('sound in a gate that closes with %s', (closed) => {
  it('does not play in a portal that opens while the gate is closed', async () => {
    function Opens() {
      return useGate() === 'open' ? null : createPortal(<Player id="plain" />, document.body);
    }
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Opens />
      </MaintenanceGate>,
    );

    await userEvent.click(document.body, { position: { x: 1, y: 1 } });

    await page.set({ search: true });

    const player = page.find<HTMLAudioElement>('#plain');
    await player.play().catch(() => {});
    await expect.poll(() => player.paused).toBe(true);
  });
});

describe.each(guarding)('sound in a gate that closes with %s', (closed) => {
  it.each([
    ['pauses without controls that a person could use', false, true],
    ['goes on with controls of the browser', true, false],
  ])('%s', async (_what, controls, paused) => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Player id="plain" controls={controls} />
      </MaintenanceGate>,
    );
    const player = await playing(page, 'plain');

    await page.set({ search: true });

    expect(player.paused).toBe(paused);
  });

  it('pauses if it is muted and then gets loud', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Player id="plain" />
      </MaintenanceGate>,
    );
    const player = await playing(page, 'plain');
    player.muted = true;
    await page.set({ search: true });
    expect(player.paused).toBe(false);

    player.muted = false;
    await new Promise((resolve) => player.addEventListener('volumechange', resolve, { once: true }));

    expect(player.paused).toBe(true);
    await page.set({ search: false });
    await expect.poll(() => player.paused).toBe(false);
  });
});

function Players({ closed }: { closed: ClosedBehavior }) {
  return (
    <MaintenanceGate feature="search" whenClosed={closed}>
      <Player id="plain" />
      <div
        id="in-shadow"
        ref={(host) => {
          if (host && !host.shadowRoot) host.attachShadow({ mode: 'open' }).append(createPlayer());
        }}
      />
      <iframe id="in-frame" title="frame" srcDoc="<p>Player</p>" />
    </MaintenanceGate>
  );
}

function Player({ id, controls = false }: { id: string; controls?: boolean }) {
  return <audio id={id} controls={controls} src={sound()} loop />;
}

function createPlayer(): HTMLAudioElement {
  const player = new Audio(sound());
  player.loop = true;
  return player;
}

/** The player at a place, once it plays. */
async function playing(page: OpenPage, id: string): Promise<HTMLMediaElement> {
  // Browsers play sound only after the person has used the page.
  await userEvent.click(document.body, { position: { x: 1, y: 1 } });
  const element = page.find(`#${id}`);
  if (element instanceof HTMLIFrameElement) {
    await expect.poll(() => element.contentDocument?.querySelector('p')).toBeTruthy();
    element.contentDocument?.body.append(createPlayer());
  }
  const tree = element.shadowRoot ?? (element as HTMLIFrameElement).contentDocument;
  const player = tree?.querySelector('audio') ?? (element as HTMLAudioElement);
  await player.play();
  await frames();
  expect(player.paused).toBe(false);
  return player;
}

/** A second of a low tone, as a WAV file of 8 bits. */
function sound(): string {
  const rate = 8000;
  const samples = Uint8Array.from({ length: rate }, (_, at) => 128 + 20 * Math.sin(at / 5));
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, value: string) => {
    for (const [index, letter] of [...value].entries()) header.setUint8(at + index, letter.charCodeAt(0));
  };
  text(0, 'RIFF');
  header.setUint32(4, 36 + rate, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, rate, true);
  header.setUint16(32, 1, true);
  header.setUint16(34, 8, true);
  text(36, 'data');
  header.setUint32(40, rate, true);
  const bytes = [...new Uint8Array(header.buffer), ...samples];
  return `data:audio/wav;base64,${btoa(String.fromCharCode(...bytes))}`;
}

it.each(['replace', 'read-only'] as const)(
  'an element that fills the screen leaves it when its gate closes with %s, so that the notice is seen',
  async (closed) => {
    if (!document.fullscreenEnabled) throw new Error('Only in Chromium: a page of a test fills the screen');
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <div id="player">
          <button onClick={({ currentTarget }) => void currentTarget.parentElement?.requestFullscreen()}>
            Full screen
          </button>
        </div>
      </MaintenanceGate>,
    );
    await userEvent.click(page.find('#player button'));
    await expect.poll(() => document.fullscreenElement).toBe(page.find('#player'));

    await page.set({ search: true });

    await expect.poll(() => document.fullscreenElement).toBe(null);
  },
);
