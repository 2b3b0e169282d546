/** The glazes of the shop, by their display names. */
type Glaze = 'celadon' | 'tenmoku' | 'chun' | 'ash' | 'shino' | 'rust';

export type Shape =
  | 'mug'
  | 'cup'
  | 'noodle-bowl'
  | 'plate'
  | 'bud-vase'
  | 'moon-jar'
  | 'jug'
  | 'teapot'
  | 'lidded-jar'
  | 'planter'
  | 'bowl'
  | 'carafe';

/** One thing that the shop sells. */
export interface Piece {
  readonly id: Shape;
  readonly name: string;
  readonly glaze: Glaze;
  /** The price in whole pounds. */
  readonly price: number;
  readonly about: string;
}

export const pieces: readonly Piece[] = [
  {
    id: 'mug',
    name: 'Breakfast mug',
    glaze: 'celadon',
    price: 24,
    about: 'Holds 350 ml. The handle takes three fingers.',
  },
  {
    id: 'noodle-bowl',
    name: 'Noodle bowl',
    glaze: 'chun',
    price: 38,
    about: 'Deep enough for broth, with a rim to drink from.',
  },
  {
    id: 'bud-vase',
    name: 'Bud vase',
    glaze: 'shino',
    price: 28,
    about: 'For a single stem. The neck is as wide as a pencil.',
  },
  {
    id: 'teapot',
    name: 'Teapot for two',
    glaze: 'tenmoku',
    price: 86,
    about: 'Pours without a drop. The strainer is pierced by hand.',
  },
  {
    id: 'moon-jar',
    name: 'Moon jar',
    glaze: 'ash',
    price: 140,
    about: 'Two bowls joined at the waist, never quite round.',
  },
  {
    id: 'plate',
    name: 'Supper plate',
    glaze: 'celadon',
    price: 32,
    about: '27 cm across, with a lip that keeps the sauce in.',
  },
  {
    id: 'jug',
    name: 'Milk jug',
    glaze: 'chun',
    price: 36,
    about: 'Half a litre. The lip cuts the stream clean.',
  },
  {
    id: 'cup',
    name: 'Espresso cup',
    glaze: 'tenmoku',
    price: 16,
    about: 'Holds a double. Thick walls keep it warm.',
  },
  {
    id: 'planter',
    name: 'Herb planter',
    glaze: 'rust',
    price: 30,
    about: 'Bare clay below, so that roots can breathe.',
  },
  {
    id: 'lidded-jar',
    name: 'Lidded jar',
    glaze: 'shino',
    price: 48,
    about: 'For salt, sugar or letters. The lid sits in a gallery.',
  },
  {
    id: 'bowl',
    name: 'Berry bowl',
    glaze: 'ash',
    price: 26,
    about: 'Small enough for one hand, and for one punnet.',
  },
  {
    id: 'carafe',
    name: 'Tall carafe',
    glaze: 'celadon',
    price: 52,
    about: 'A litre of water for the table, or of wine.',
  },
];

/** Finds the pieces whose name, glaze or description matches a query. */
export function findPieces(query: string): readonly Piece[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  return pieces.filter(({ name, glaze, about }) => {
    const content = `${name} ${glaze} ${about}`.toLowerCase();
    return words.every((word) => content.includes(word));
  });
}
