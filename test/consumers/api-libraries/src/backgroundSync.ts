import { Queue } from 'workbox-background-sync';

// In the service worker. By default a replayed request that is answered with 503 counts as sent, and is lost.
export const queue = new Queue('comments', {
  async onSync({ queue: waiting }) {
    for (let entry = await waiting.shiftRequest(); entry; entry = await waiting.shiftRequest()) {
      const response = await fetch(entry.request.clone()).catch(() => undefined);
      if (response && response.status !== 503) continue;
      await waiting.unshiftRequest(entry);
      // The browser syncs again later, at longer and longer intervals.
      throw new Error('The request is refused for now.');
    }
  },
});

/** Sends a request now, or later when it is refused or the network is gone. */
export async function sendOrQueue(request: Request): Promise<Response> {
  const response = await fetch(request.clone()).catch(() => undefined);
  if (response && response.status !== 503) return response;
  await queue.pushRequest({ request });
  return new Response(null, { status: 202 });
}
