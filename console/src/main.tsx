import { Session } from '@connect-gateway/client';
import { SessionProvider } from '@connect-gateway/client/react';
import { retryTemporary } from '@connect-gateway/client/react-query';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createConsoleRouter } from './router';
import './styles.css';

const queries = new QueryClient({ defaultOptions: { queries: { retry: retryTemporary, staleTime: 5_000 } } });
const router = createConsoleRouter();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <SessionProvider session={new Session()}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </SessionProvider>
  </StrictMode>,
);
