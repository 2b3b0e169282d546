import { useState } from 'react';
import { MaintenanceBanner, MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { features } from './features.js';

export function App({ page, store, source, api }) {
  return (
    <html lang={page.locale}>
      <head>
        <meta charSet="utf-8" />
        <link rel="icon" href="data:," />
        <title>Shop</title>
      </head>
      <body>
        <MaintenanceProvider
          store={store}
          source={source}
          features={features}
          snapshot={page.snapshot}
          locale={page.locale}
        >
          {page.bypassed.length > 0 && <p role="status">You look past: {page.bypassed.join(', ')}</p>}
          {/* What is announced. What is closed now, the gate right below says. */}
          <MaintenanceBanner filter={({ mode }) => mode === 'none'} />
          <h1>Hello {page.user}</h1>
          <MaintenanceGate feature="search">
            <Asks name="Search" path="/api/search/words" method="GET" api={api} />
          </MaintenanceGate>
          <MaintenanceGate feature="comments" requires="write">
            <Asks name="Comment" path="/api/comments/new" method="POST" api={api} />
          </MaintenanceGate>
          <MaintenanceGate feature="checkout">
            <Asks name="Pay" path="/api/checkout/pay" method="POST" api={api} />
          </MaintenanceGate>
        </MaintenanceProvider>
      </body>
    </html>
  );
}

function Asks({ name, path, method, api }) {
  const [answer, setAnswer] = useState('');
  const ask = async () => {
    const response = await api(path, { method });
    setAnswer(`${response.status}`);
  };
  return (
    <p>
      <input aria-label={`${name} text`} />
      <button type="button" onClick={ask}>
        {name}
      </button>
      <output>{answer}</output>
    </p>
  );
}
