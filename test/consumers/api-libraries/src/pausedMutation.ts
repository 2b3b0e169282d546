import type { MutationOptions } from '@tanstack/react-query';
import { api, whenWritable } from './api';

/** A mutation that was paused offline and resumes into a maintenance waits for its end, in place of failing for good. */
export const sendComment: MutationOptions<void, Error, string> = {
  mutationKey: ['comments', 'send'],
  mutationFn: async (text) => {
    for (;;) {
      await whenWritable('comments');
      const response = await api('https://api.example/comments/new', { method: 'POST', body: text });
      if (response.ok) return;
      // Refused: the feature is closed in this tab by now, and the next turn waits for it.
      if (response.status !== 503) throw new Error(`${response.status}`);
    }
  },
};
