/** Monday 23 November 2026, 14:20 UTC: twenty minutes into the windows of the stories. */
export const storyNow = '2026-11-23T14:20:00Z';
