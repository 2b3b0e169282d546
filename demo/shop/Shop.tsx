import { useState } from 'react';
import { MaintenanceBanner, MaintenanceGate, MaintenancePage, useMaintenance } from 'react-maintenance-mode';

import { people, type PersonKey } from '../people.js';
import { Basket } from './Basket.js';
import { ClosedShelf } from './ClosedShelf.js';
import { PieceDetail } from './PieceDetail.js';
import { PieceGrid } from './PieceGrid.js';
import type { Shape } from './pieces.js';
import { SearchBox } from './SearchBox.js';

/** A pottery shop. Every part that can be in maintenance is inside a gate. */
export function Shop({ person }: { readonly person: PersonKey }) {
  const [shown, setShown] = useState<Shape>('mug');
  const [basket, setBasket] = useState<readonly Shape[]>(['cup', 'jug']);
  const site = useMaintenance('site');

  function show(piece: Shape): void {
    setShown(piece);
    document.getElementById('piece')?.scrollIntoView({ block: 'start' });
  }

  return (
    <div className="shop">
      <header>
        <div className="strip">
          <p className="strip-offer">
            <b>Kiln opening on Saturday, ten to four.</b> Post is free from £60.
          </p>
          <MaintenanceBanner
            hidden={site.mode === 'down'}
            // The notice of the search gate is right below and says the same.
            filter={({ feature, canRead }) => feature !== 'search' || canRead}
          />
        </div>
        <div className="masthead">
          <a className="wordmark" href="#top" id="top">
            Rim <i>&amp;</i> Foot
          </a>
          <p className="trade">Stoneware for every day</p>
          <nav aria-label="Shop">
            <a href="#comments">Comments</a>
            <a href="#basket" className="basket-link">
              Basket <b>{basket.length}</b>
            </a>
          </nav>
          <p className="customer">
            <span className="avatar" data-person={person} aria-hidden="true">
              {people[person].name[0]}
            </span>
            <span className="visually-hidden">Signed in as </span>
            <span>{people[person].name}</span>
          </p>
        </div>
      </header>
      <MaintenancePage feature="site" icon={<ClosedShelf />}>
        <main>
          <h1 className="visually-hidden">Rim &amp; Foot, stoneware for every day</h1>
          <MaintenanceGate feature="search" headingLevel={2} className="search" id="search">
            {(state) => <SearchBox live={state.mode !== 'degraded'} onChoose={show} />}
          </MaintenanceGate>
          <PieceGrid onShow={show} onBuy={(piece) => setBasket([...basket, piece])} />
          <PieceDetail person={person} shown={shown} onBuy={(piece) => setBasket([...basket, piece])} />
          <Basket person={person} basket={basket} onChange={setBasket} />
        </main>
      </MaintenancePage>
      <footer className="colophon">
        <p>
          Rim &amp; Foot is a shop that does not exist. Nothing is sold, and nothing leaves this computer.
        </p>
      </footer>
    </div>
  );
}
