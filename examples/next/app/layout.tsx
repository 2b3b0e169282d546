import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Maintenance } from './Maintenance';

export const metadata: Metadata = { title: 'Shop' };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Maintenance>{children}</Maintenance>
      </body>
    </html>
  );
}
