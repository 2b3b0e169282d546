import type { Piece } from './pieces.js';
import { potForms, type Profile } from './potProfiles.js';

interface PotProps {
  readonly piece: Pick<Piece, 'id' | 'glaze'>;
  readonly className?: string;
}

/** A drawing of a piece: a pot of revolution, dipped in its glaze down to a line, with the clay bare below. */
export function Pot({ piece, className = '' }: PotProps) {
  const { profile, dip, tilt = 0.2, lid, handle, spout, shift = 0 } = potForms[piece.id];
  const [rimY, rim] = profile[0] ?? [0, 0];
  const [footY, foot] = profile.at(-1) ?? [0, 0];
  const flat = piece.id === 'plate';
  return (
    <svg className={`pot ${className}`} data-glaze={piece.glaze} viewBox="0 0 160 160" aria-hidden="true">
      <ellipse className="pot-shadow" cx={84} cy={footY + 3} rx={foot + 26} ry={8} />
      <g transform={`translate(${shift})`}>
        {handle && <path className="pot-handle" d={handle} />}
        {spout && <path className="pot-glaze" d={spout} />}
        <path className="pot-clay" d={outline(profile, rimY, footY, tilt)} />
        <path className="pot-glaze" d={outline(profile, rimY, dip, tilt)} />
        <path className="pot-pool" d={band(profile, dip - 3, dip, tilt)} />
        <path className="pot-shade" d={side(profile, rimY, footY, 0.5, 1)} />
        <path className="pot-shade" d={side(profile, rimY, footY, 0.78, 1)} />
        <path className="pot-light" d={side(profile, rimY + 6, dip - 8, -0.78, -0.64)} />
        {speckles.map(([across, down], index) => {
          const y = rimY + rim * tilt + 4 + (dip - rimY - rim * tilt - 6) * down;
          return (
            <circle
              key={index}
              className="pot-speckle"
              cx={round(80 + radiusAt(profile, y) * across)}
              cy={round(y)}
              r={index % 3 ? 0.7 : 1.1}
            />
          );
        })}
        <ellipse className="pot-rim" cx={80} cy={rimY} rx={rim} ry={rim * tilt} />
        <ellipse
          className={flat ? 'pot-well' : 'pot-inside'}
          cx={80}
          cy={rimY + (flat ? 1.5 : 0.5)}
          rx={rim * (flat ? 0.7 : 0.91)}
          ry={rim * tilt * (flat ? 0.66 : 0.84)}
        />
        {lid && <Lid profile={lid} tilt={tilt} />}
      </g>
    </svg>
  );
}

function Lid({ profile, tilt }: { readonly profile: Profile; readonly tilt: number }) {
  const [top] = profile[0] ?? [0];
  const [edge] = profile.at(-1) ?? [0];
  return (
    <>
      <path className="pot-glaze" d={outline(profile, top, edge, tilt)} />
      <path className="pot-shade" d={side(profile, top, edge, 0.5, 1)} />
      <path className="pot-pool" d={band(profile, edge - 2.5, edge, tilt)} />
    </>
  );
}

const speckles: readonly (readonly [across: number, down: number])[] = [
  [-0.5, 0.2],
  [0.1, 0.1],
  [0.44, 0.34],
  [-0.22, 0.46],
  [0.24, 0.6],
  [-0.6, 0.72],
  [0.58, 0.8],
  [-0.08, 0.86],
];

/** The outline of a pot between two heights, its lower edge round. */
function outline(profile: Profile, top: number, bottom: number, tilt: number): string {
  const right = points(profile, top, bottom, 1);
  const left = points(profile, top, bottom, -1).reverse();
  const radius = radiusAt(profile, bottom);
  const [x, y] = left[0] ?? [0, 0];
  return `M${right.join('L')}A${round(radius)} ${round(radius * tilt)} 0 0 1 ${x} ${y}L${left.join('L')}Z`;
}

/** A round band between two heights, as glaze gathers in at its lower edge. */
function band(profile: Profile, top: number, bottom: number, tilt: number): string {
  const [upper, lower] = [radiusAt(profile, top), radiusAt(profile, bottom)];
  return (
    `M${round(80 - upper)} ${top}A${round(upper)} ${round(upper * tilt)} 0 0 0 ${round(80 + upper)} ${top}` +
    `L${round(80 + lower)} ${bottom}A${round(lower)} ${round(lower * tilt)} 0 0 1 ${round(80 - lower)} ${bottom}Z`
  );
}

/** A strip down one side, from one share of the radius to another. */
function side(profile: Profile, top: number, bottom: number, from: number, to: number): string {
  return `M${points(profile, top, bottom, to).join('L')}L${points(profile, top, bottom, from).reverse().join('L')}Z`;
}

function points(profile: Profile, top: number, bottom: number, share: number): [number, number][] {
  const steps = Math.max(2, Math.ceil((bottom - top) / 3));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const y = top + ((bottom - top) * step) / steps;
    return [round(80 + radiusAt(profile, y) * share), round(y)];
  });
}

/** The radius at a height: a curve through the points of the profile that never overshoots them much (Catmull-Rom). */
function radiusAt(profile: Profile, y: number): number {
  const next = Math.max(
    1,
    profile.findIndex(([height]) => height >= y),
  );
  const at = (index: number): readonly [number, number] =>
    profile[Math.min(Math.max(index, 0), profile.length - 1)] ?? [0, 0];
  const [[y0, r0], [y1, r1], [y2, r2], [y3, r3]] = [at(next - 2), at(next - 1), at(next), at(next + 1)];
  const t = Math.min(1, Math.max(0, (y - y1) / (y2 - y1)));
  const before = ((r2 - r0) / (y2 - y0 || 1)) * (y2 - y1);
  const after = ((r3 - r1) / (y3 - y1 || 1)) * (y2 - y1);
  return (
    (2 * t ** 3 - 3 * t ** 2 + 1) * r1 +
    (t ** 3 - 2 * t ** 2 + t) * before +
    (-2 * t ** 3 + 3 * t ** 2) * r2 +
    (t ** 3 - t ** 2) * after
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
