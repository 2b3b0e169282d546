import type { Shape } from './pieces.js';

/** Half of a pot's outline from rim to foot: at each height, the distance from the axis. In units of a 160 by 160 picture. */
export type Profile = readonly (readonly [y: number, radius: number])[];

/** How a pot is drawn. */
export interface PotForm {
  readonly profile: Profile;
  /** The height that the glaze reaches down to. */
  readonly dip: number;
  /** The viewing angle: 0.2 from the side, 0.4 from above. Default 0.2. */
  readonly tilt?: number;
  readonly lid?: Profile;
  /** Behind the body: a line for a handle, a shape for a spout. */
  readonly handle?: string;
  readonly spout?: string;
  /** Moves the axis, so that a pot with a handle stands in the middle. */
  readonly shift?: number;
}

export const potForms: Readonly<Record<Shape, PotForm>> = {
  mug: {
    profile: [
      [50, 36],
      [80, 38],
      [108, 36],
      [124, 30],
      [130, 27],
    ],
    dip: 112,
    handle: 'M46 66 C8 56 8 118 46 106',
    shift: 10,
  },
  cup: {
    profile: [
      [72, 29],
      [92, 31],
      [112, 27],
      [126, 20],
      [130, 19],
    ],
    dip: 110,
  },
  'noodle-bowl': {
    profile: [
      [66, 60],
      [84, 57],
      [104, 44],
      [120, 24],
      [124, 22],
      [131, 24],
    ],
    dip: 106,
    tilt: 0.26,
  },
  plate: {
    profile: [
      [94, 68],
      [102, 60],
      [112, 40],
      [116, 34],
      [121, 33],
    ],
    dip: 107,
    tilt: 0.36,
  },
  'bud-vase': {
    profile: [
      [32, 10],
      [40, 7.5],
      [58, 8],
      [76, 20],
      [98, 33],
      [118, 30],
      [131, 19],
    ],
    dip: 98,
  },
  'moon-jar': {
    profile: [
      [40, 21],
      [46, 24],
      [62, 43],
      [86, 53],
      [108, 45],
      [124, 27],
      [131, 22],
    ],
    dip: 114,
  },
  jug: {
    profile: [
      [44, 26],
      [54, 23],
      [68, 26],
      [92, 37],
      [114, 34],
      [131, 25],
    ],
    dip: 104,
    handle: 'M104 54 C138 46 134 104 110 102',
    spout: 'M62 41 C52 40 46 36 39 36 C42 47 50 58 60 68 Z',
    shift: -4,
  },
  teapot: {
    profile: [
      [68, 22],
      [74, 34],
      [92, 44],
      [112, 38],
      [126, 26],
      [131, 25],
    ],
    dip: 114,
    lid: [
      [56, 4],
      [59, 7],
      [62, 5],
      [65, 14],
      [70, 23],
    ],
    handle: 'M36 82 C2 70 4 120 44 112',
    spout: 'M112 102 Q134 98 142 66 L150 68 Q150 110 112 122 Z',
  },
  'lidded-jar': {
    profile: [
      [66, 36],
      [78, 38],
      [106, 37],
      [124, 31],
      [131, 29],
    ],
    dip: 104,
    lid: [
      [44, 6],
      [48, 9],
      [52, 6],
      [56, 22],
      [62, 34],
      [67, 37],
    ],
  },
  planter: {
    profile: [
      [50, 46],
      [62, 45],
      [96, 38],
      [131, 30],
    ],
    dip: 82,
    tilt: 0.22,
  },
  bowl: {
    profile: [
      [84, 44],
      [98, 42],
      [114, 31],
      [124, 19],
      [131, 20],
    ],
    dip: 112,
    tilt: 0.26,
  },
  carafe: {
    profile: [
      [24, 17],
      [32, 14],
      [52, 14],
      [72, 22],
      [96, 31],
      [118, 32],
      [131, 26],
    ],
    dip: 92,
  },
};
