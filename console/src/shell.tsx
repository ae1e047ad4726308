import { useSession } from '@connect-gateway/client/react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useParams } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, useState } from 'react';
import type { Failure } from './failure';
import { useOrganisations } from './organisation';
import { SessionBanner } from './session-banner';
import { Button } from './ui/button';
import { ProblemNote } from './ui/problem';

/** What surrounds every screen: navigation, who is signed in, and news of the session. */
export function Shell() {
  const { state } = useSession();
  const main = useRef<HTMLElement>(null);
  useFocusAfterNavigation(main);
  useDataOfOnePerson();
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="bar">
        <Link to="/" className="brand">
          Connect
        </Link>
        {state.status !== 'unknown' && state.user !== undefined && <Navigation />}
        <Account />
      </header>
      <SessionBanner />
      <main id="content" tabIndex={-1} ref={main}>
        <Suspense fallback={<p className="quiet">Loading…</p>}>
          <Screen />
        </Suspense>
      </main>
    </>
  );
}

/** Screens stay when a session ends, with all that was typed; without a person there is nothing to show yet. */
function Screen() {
  const { session, state } = useSession();
  if (state.status === 'unknown') return <p className="quiet">Loading…</p>;
  if (state.user !== undefined) return <Outlet />;
  return (
    <section className="welcome">
      <h1>Connectors, versions and imports</h1>
      <p>Sign in with your company’s account to see your connectors.</p>
      <Button isPrimary onPress={() => void session.signIn({ window: 'page' })}>
        Sign in
      </Button>
    </section>
  );
}

function Navigation() {
  const { organisations } = useOrganisations();
  const here = useParams({ strict: false });
  const organisation = here.organisation ?? organisations[0]?.id;
  if (organisation === undefined) return null;
  const params = { organisation };
  return (
    <nav aria-label="Main">
      <Link to="/o/$organisation/connectors" params={params}>
        Connectors
      </Link>
      <Link to="/o/$organisation/library" params={params}>
        Library
      </Link>
      <Link to="/o/$organisation/import" params={params}>
        Import
      </Link>
    </nav>
  );
}

function Account() {
  const { session, state } = useSession();
  const [error, setError] = useState<Failure>();
  if (state.status !== 'signed-in') return null;
  return (
    <div className="account">
      <Link to="/sessions">{state.user.name ?? state.user.email ?? state.user.sub}</Link>
      <Button onPress={() => void session.signOut({ returnTo: '/' }).catch(setError)}>Sign out</Button>
      <ProblemNote error={error} />
    </div>
  );
}

/** A screen reader begins to read where the focus is: on the new screen, not where the old link was. */
function useFocusAfterNavigation(main: React.RefObject<HTMLElement | null>): void {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const former = useRef(path);
  useEffect(() => {
    if (former.current !== path) main.current?.focus({ preventScroll: true });
    former.current = path;
  }, [main, path]);
}

/** What one person has read is not shown to the next one; after a new sign-in of the same one, failed reads are repeated. */
function useDataOfOnePerson(): void {
  const { state } = useSession();
  const queries = useQueryClient();
  const person = state.status === 'signed-in' ? state.user.sub : undefined;
  const former = useRef(person);
  useEffect(() => {
    if (person === undefined) return;
    if (former.current !== undefined)
      void (former.current === person ? queries.invalidateQueries() : queries.resetQueries());
    former.current = person;
  }, [person, queries]);
}
