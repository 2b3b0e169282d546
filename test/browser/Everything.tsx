import { useRef, useState } from 'react';
import { createPortal } from 'react-dom';

interface EverythingProps {
  /** Called with what was set off. */
  readonly onHit: (what: string) => void;
}

/** Every kind of control that a person can change or set off, in a form, with some of it in a portal and in a dialog. */
export function Everything({ onHit }: EverythingProps): React.JSX.Element {
  const [controlled, setControlled] = useState('half typed');
  const [dialogOpen, setDialogOpen] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const press = (what: string) => ({ onClick: () => onHit(what), onKeyDown: () => onHit(`${what} key`) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onHit('submit');
      }}
      onReset={() => onHit('reset')}
    >
      <input
        id="text"
        name="text"
        value={controlled}
        onChange={(event) => setControlled(event.target.value)}
      />
      <textarea id="area" name="area" defaultValue="half typed" />
      <input id="number" name="number" type="number" defaultValue={5} />
      <input id="date" name="date" type="date" defaultValue="2026-11-23" />
      <input id="color" name="color" type="color" defaultValue="#336699" />
      <input id="file" name="file" type="file" onClick={() => onHit('file')} />
      <input id="check" name="check" type="checkbox" defaultChecked />
      <input id="radio1" name="radio" type="radio" value="1" defaultChecked />
      <input id="radio2" name="radio" type="radio" value="2" />
      <input id="range" name="range" type="range" defaultValue={50} style={{ width: 200 }} />
      <select id="select" name="select" defaultValue="b" size={3}>
        <option value="a">Apple</option>
        <option value="b">Banana</option>
        <option value="c">Cherry</option>
      </select>
      <select id="popup" name="popup" defaultValue="b">
        <option value="a">Apple</option>
        <option value="b">Banana</option>
      </select>
      <div id="rich" contentEditable suppressContentEditableWarning>
        half typed
      </div>
      <a id="link" href="#elsewhere" {...press('link')}>
        Link
      </a>
      <div
        id="custom"
        role="button"
        tabIndex={0}
        {...press('custom')}
        onPointerDown={() => onHit('custom pointer')}
      >
        Custom
      </div>
      <button id="button" type="button" {...press('button')}>
        Button
      </button>
      <button id="send">Send</button>
      <button id="clear" type="reset">
        Reset
      </button>
      <details id="details">
        <summary>More</summary>
      </details>
      <button
        id="open"
        type="button"
        onClick={() => {
          dialog.current?.showModal();
          setDialogOpen(true);
        }}
      >
        Open
      </button>
      <dialog ref={dialog} onClose={() => onHit('dialog close')} data-open={dialogOpen}>
        <input id="in-dialog" defaultValue="half typed" />
        <button id="dialog-save" type="button" {...press('dialog save')}>
          Save
        </button>
      </dialog>
      {createPortal(
        <div>
          <input id="in-portal" aria-label="in portal" defaultValue="half typed" />
          <div
            id="rich-portal"
            role="textbox"
            aria-label="rich portal"
            contentEditable
            suppressContentEditableWarning
          >
            half typed
          </div>
          <button id="portal" type="button" {...press('portal')}>
            Portal
          </button>
          <input
            id="portal-range"
            aria-label="portal range"
            type="range"
            defaultValue={50}
            style={{ width: 200 }}
          />
        </div>,
        document.body,
      )}
      <iframe id="frame" title="frame" srcDoc="<input autofocus>" style={{ height: 40 }} />
    </form>
  );
}
