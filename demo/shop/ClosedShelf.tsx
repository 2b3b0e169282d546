import { Pot } from './Pot.js';

/** The picture that visitors see while the whole shop is closed. */
export function ClosedShelf() {
  return (
    <div className="closed-shelf">
      <Pot piece={{ id: 'carafe', glaze: 'celadon' }} />
      <Pot piece={{ id: 'moon-jar', glaze: 'ash' }} />
      <Pot piece={{ id: 'teapot', glaze: 'tenmoku' }} />
    </div>
  );
}
