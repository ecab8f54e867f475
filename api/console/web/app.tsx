import type { VNode } from 'preact';
import type { Client } from './client';
import { Failure } from './failure';
import { deskOf } from './desk';
import type { Session } from './session';
import { SignIn } from './sign-in';
import { useAnswers } from './use-answers';
import { usePlace } from './use-place';
import { Workspace } from './workspace';

export function App({ session, client }: { readonly session: Session; readonly client: Client }): VNode {
  const [place, go] = usePlace();
  const [loading, reload] = useAnswers(client, place);
  switch (loading.state) {
    case 'loading':
      return (
        <p class="waiting" role="status">
          Loading the estate…
        </p>
      );
    case 'sign-in':
      return (
        <SignIn
          rejected={session.token() !== null}
          submit={(token) => {
            session.keep(token);
            reload();
          }}
        />
      );
    case 'failed':
      return <Failure detail={loading.detail} retry={reload} />;
    case 'ready':
      return (
        <Workspace
          answers={loading.answers}
          place={place}
          go={go}
          reload={reload}
          client={client}
          desk={deskOf(session, client, reload)}
        />
      );
  }
}
