import { Session } from '@connect-gateway/client';
import { SessionProvider } from '@connect-gateway/client/react';
import { retryTemporary } from '@connect-gateway/client/react-query';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from './app';

const session = new Session();
const queries = new QueryClient({ defaultOptions: { queries: { retry: retryTemporary } } });

createRoot(document.getElementById('root') as HTMLElement).render(
  <SessionProvider session={session}>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </SessionProvider>,
);
