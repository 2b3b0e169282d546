import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Shop } from '../components/Shop';
import { bypassed, currentUser, readSnapshot } from '../lib/readSnapshot';

export const metadata = { title: 'Shop', icons: 'data:,' };

export default async function Layout({ children }: { children: ReactNode }) {
  const locale = /^(en|fr|de)/.exec((await headers()).get('accept-language') ?? '')?.[0] ?? 'en';
  return (
    <html lang={locale}>
      <body>
        <Shop
          user={await currentUser()}
          locale={locale}
          snapshot={await readSnapshot()}
          bypassed={await bypassed()}
          flagServer={process.env.FLAG_SERVER ?? ''}
        >
          {children}
        </Shop>
      </body>
    </html>
  );
}
