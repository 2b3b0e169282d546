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

  function resume(isReachable: (media: HTMLMediaElement) => boolean): void {
    for (const media of paused) {
      if (!isReachable(media)) continue;
      paused.delete(media);
      // The browser may refuse, for example without a gesture of the person.
      if (media.isConnected && media.paused && !media.ended) media.play().catch(() => {});
    }
  }

  return {
    apply(containers, isReachable) {
      stop();
      const listening = new window.AbortController();
      stop = () => listening.abort();
      const pause = (media: HTMLMediaElement) => {
        if (isReachable(media)) return;
        paused.add(media);
        media.pause();
      };
      const onPlay = ({ target }: Event) => pause(target as HTMLMediaElement);
      for (const root of containers.flatMap(treesIn)) {
        // These events do not bubble, and do not leave their shadow root.
        for (const type of ['play', 'playing']) {
          root.addEventListener(type, onPlay, { capture: true, signal: listening.signal });
        }
        const players = [...root.querySelectorAll<HTMLMediaElement>('audio,video')];
        for (const media of isPlayer(root) ? [root] : players) {
          if (!media.paused && !media.ended) pause(media);
        }
      }
      resume(isReachable);
    },
    release() {
      stop();
      resume(() => true);
    },
  };
}

function isPlayer(node: ParentNode): node is HTMLMediaElement {
  return 'pause' in node;
}

/** An element with every open shadow root and every frame of the same origin inside of it. */
function treesIn(container: Element | ShadowRoot | Document): ParentNode[] {
  const inside = [...container.querySelectorAll('*')].flatMap((element) => {
    // Null in a frame of another origin, and undefined where there is no frame.
    const { shadowRoot, contentDocument } = element as Element & { contentDocument?: Document | null };
    return [...(shadowRoot ? treesIn(shadowRoot) : []), ...(contentDocument ? treesIn(contentDocument) : [])];
  });
  return [container, ...inside];
}
