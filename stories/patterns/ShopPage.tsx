import { MaintenanceBanner, MaintenanceGate } from 'react-maintenance-mode';
import { ReviewForm } from '../components/ReviewForm.js';
import './ShopPage.css';

/** The product page of the patterns. Each of its parts can be in maintenance by itself. */
export function ShopPage(): React.JSX.Element {
  return (
    <div className="shop">
      <header className="shop-header">
        <a className="shop-brand" href="#home">
          Oak &amp; Kettle
        </a>
        <MaintenanceGate feature="search" fallback={<p>Search is back at 15:30. Use the menu below.</p>}>
          <form role="search" className="shop-search" onSubmit={(event) => event.preventDefault()}>
            <input type="search" aria-label="Search the shop" placeholder="Kettles, pans, knives" />
            <button type="submit">Search</button>
          </form>
        </MaintenanceGate>
        <nav aria-label="Departments">
          <a href="#cooking">Cooking</a>
          <a href="#baking">Baking</a>
          <a href="#tea">Tea and coffee</a>
        </nav>
      </header>
      <MaintenanceBanner />
      <main className="shop-main">
        <section className="shop-product" aria-labelledby="product">
          <ProductPicture />
          <div>
            <h1 id="product">Whistling kettle, 2 litres</h1>
            <p>Enamelled steel, on gas and induction. The handle stays cool.</p>
            <p className="shop-price">£38.00</p>
            <MaintenanceGate feature="checkout" headingLevel={2}>
              <button className="shop-buy" type="button">
                Add to basket
              </button>
            </MaintenanceGate>
          </div>
        </section>
        <MaintenanceGate feature="suggestions" whenClosed="hide">
          {({ mode }) => (
            <section aria-labelledby="suggestions">
              <h2 id="suggestions">{mode === 'degraded' ? 'Popular this week' : 'Chosen for you'}</h2>
              <ul className="shop-suggestions">
                {(mode === 'degraded' ? popular : chosen).map((name) => (
                  <li key={name}>{name}</li>
                ))}
              </ul>
            </section>
          )}
        </MaintenanceGate>
        <section aria-labelledby="reviews">
          <h2 id="reviews">Reviews</h2>
          <MaintenanceGate feature="reviews">
            <blockquote>
              <p>It boils quickly, and the whistle is gentle.</p>
              <footer>Ines, March 2026</footer>
            </blockquote>
          </MaintenanceGate>
          <MaintenanceGate feature="reviews" requires="write" whenClosed="read-only">
            <h3>Write a review</h3>
            <ReviewForm />
          </MaintenanceGate>
        </section>
      </main>
    </div>
  );
}

const chosen = ['Tea strainer', 'Trivet, cork', 'Descaler'];
const popular = ['Bread knife', 'Cast-iron pan', 'Measuring jug'];

function ProductPicture(): React.JSX.Element {
  return (
    <svg className="shop-picture" viewBox="0 0 120 100" role="img" aria-label="A red kettle">
      <path d="M32 84h56l8-34a36 36 0 0 0-72 0z" fill="#b5533c" />
      <path d="M92 50l18-12 4 5-20 24z" fill="#9b432e" />
      <path d="M30 30a30 24 0 0 1 60 0" fill="none" stroke="#2c3238" strokeWidth="5" strokeLinecap="round" />
      <circle cx="60" cy="14" r="4" fill="#2c3238" />
    </svg>
  );
}
