import { useSession } from '@connect-gateway/client/react';
import { Connectors } from './connectors';
import { ImportForm } from './import-form';
import { NewConnector } from './new-connector';

/** The page: who is signed in, and their connectors. Signed out, it stays as it is, with what was typed, and asks to sign in. */
export function App() {
  const { session, state } = useSession();
  const user = state.status === 'unknown' ? undefined : state.user;
  return (
    <main>
      <h1>Connectors</h1>
      {state.status === 'signed-in' && (
        <p>
          {state.user.name ?? state.user.sub}{' '}
          <button onClick={() => void session.signOut({ navigate: false })}>Sign out</button>
        </p>
      )}
      {state.status === 'signed-in' && state.ending !== undefined && (
        <p role="alert">
          You will be signed out at {new Date(state.ending.at).toLocaleTimeString()}.{' '}
          <button onClick={() => void session.extend()}>Stay signed in</button>
        </p>
      )}
      {state.status === 'signed-out' && (
        <p role="alert">
          {state.reason === undefined ? 'Sign in to see your connectors.' : `You were signed out (${state.reason}).`}
          {state.waiting > 0 && ` ${state.waiting} changes wait for you.`} {state.loginError}{' '}
          <button disabled={state.isSigningIn} onClick={() => void session.signIn()}>
            Sign in
          </button>
        </p>
      )}
      {user !== undefined && (
        <>
          <NewConnector />
          <ImportForm />
          <Connectors />
        </>
      )}
    </main>
  );
}
