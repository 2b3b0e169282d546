import { listen, treesWithin } from './elements.js';

/** Pauses sound and video while nobody can reach their controls (WCAG 1.4.2, 2.2.2). */
export interface MediaPause {
  /**
   * Pauses media inside the elements that cannot be reached, also media that starts later. Resumes what was paused here and can
   * be reached again. What a person or the app paused stays paused.
   */
  apply(containers: readonly Element[], isReachable: (media: HTMLMediaElement) => boolean): void;
  release(): void;
}

export function createMediaPause(): MediaPause {
  const paused = new Set<HTMLMediaElement>();
  let stop = () => {};

  function apply(containers: readonly Element[], isReachable: (media: HTMLMediaElement) => boolean): void {
    stop();
    const pause = (media: HTMLMediaElement) => {
      if (media.paused || media.ended || isReachable(media)) return;
      paused.add(media);
      media.pause();
    };
    const trees = containers.flatMap((container) => treesWithin(container, true));
    // These events do not bubble, and do not leave their shadow root. A player that was muted may get loud.
    stop = listen(trees, 'play playing volumechange', ({ target }) => pause(target as HTMLMediaElement));
    for (const tree of trees) {
      for (const media of [tree, ...tree.querySelectorAll('audio,video')]) {
        if (isPlayer(media)) pause(media);
      }
    }
    for (const media of paused) {
      if (!isReachable(media)) continue;
      paused.delete(media);
      // The browser may refuse, for example without a gesture of the person.
      if (media.isConnected && media.paused && !media.ended) media.play().catch(() => {});
    }
  }

  return { apply, release: () => apply([], () => true) };
}

function isPlayer(node: ParentNode): node is HTMLMediaElement {
  return 'pause' in node;
}
