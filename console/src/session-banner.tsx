import type { SessionEndReason } from '@connect-gateway/client';
import { useSession } from '@connect-gateway/client/react';
import { Button } from './ui/button';

const REASONS: Readonly<Record<SessionEndReason, string>> = {
  idle: 'You were signed out because you were inactive.',
  absolute: 'Your session has reached its maximum duration.',
  logout: 'You signed out in another tab.',
  revoked: 'This session was ended from another one.',
  provider: 'Your company’s sign-in service ended this session.',
  token: 'Your sign-in could not be renewed.',
};

/** Says that the session ends soon, or has ended, and how to go on. The screen below stays as it is. */
export function SessionBanner() {
  const { session, state } = useSession();
  if (state.status === 'signed-in' && state.ending !== undefined)
    return (
      <div className="banner" role="alert">
        <p>You will be signed out at {new Date(state.ending.at).toLocaleTimeString()}.</p>
        {state.ending.reason === 'idle' && <Button onPress={() => void session.extend()}>Stay signed in</Button>}
      </div>
    );
  if (state.status !== 'signed-out' || (state.user === undefined && state.loginError === undefined)) return null;
  return (
    <div className="banner" role="alert">
      <p>
        {state.loginError !== undefined && `Signing in failed (${state.loginError}). `}
        {state.user !== undefined && (state.reason === undefined ? 'You are signed out.' : REASONS[state.reason])}
        {state.waiting > 0 &&
          ` ${state.waiting === 1 ? 'One request waits' : `${state.waiting} requests wait`} until you sign in again.`}
      </p>
      <Button isPrimary isPending={state.isSigningIn} onPress={() => void signInAgain(session)}>
        {state.isSigningIn ? 'Signing in…' : 'Sign in'}
      </Button>
    </div>
  );
}

/** In a window of its own, so that nothing on the page is lost; where the browser opens none, in this one. */
async function signInAgain(session: ReturnType<typeof useSession>['session']): Promise<void> {
  if ((await session.signIn()) === 'blocked') await session.signIn({ window: 'page' });
}
