import type { Shape } from './pieces.js';

export interface Comment {
  readonly id: string;
  readonly piece: Shape;
  readonly author: string;
  readonly text: string;
}

export const firstComments: readonly Comment[] = [
  {
    id: 'c1',
    piece: 'mug',
    author: 'Ines',
    text: 'Third one I have bought. The other two were claimed by guests who did not leave without them.',
  },
  {
    id: 'c2',
    piece: 'mug',
    author: 'Tomasz',
    text: 'Sits well in the hand, and the thumb finds a place on the handle by itself.',
  },
  { id: 'c3', piece: 'noodle-bowl', author: 'Mei', text: 'The blue breaks to brown at the rim. Lovely.' },
  {
    id: 'c4',
    piece: 'teapot',
    author: 'Ruth',
    text: 'No drip. After thirty years of drips I still look for it.',
  },
];
