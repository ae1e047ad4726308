import { useSession } from '@connect-gateway/client/react';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useOrganisations } from './organisation';
import { SessionBanner } from './session-banner';
import { Button } from './ui/button';

/** What surrounds every screen: navigation, who is signed in, and news of the session. */
export function Shell() {
  const { state } = useSession();
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
      <main id="content" tabIndex={-1}>
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
      <Button isPrimary isDisabled={state.isSigningIn} onPress={() => void session.signIn({ window: 'page' })}>
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
  if (state.status !== 'signed-in') return null;
  return (
    <div className="account">
      <Link to="/sessions">{state.user.name ?? state.user.email ?? state.user.sub}</Link>
      <Button onPress={() => void session.signOut({ returnTo: '/' })}>Sign out</Button>
    </div>
  );
}
