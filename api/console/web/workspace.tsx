import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Client } from './client';
import type { Desk } from './desk';
import { estateOf } from './estate';
import { GettingStarted } from './getting-started';
import { Header } from './header';
import { Inspector } from './inspector/inspector';
import { MapPane } from './map/map-pane';
import type { Place } from './hash';
import { PipelineBanner } from './pipeline-banner';
import { PolicyPane } from './rules/policy-pane';
import type { Answers } from './use-answers';
import type { Go } from './use-place';

interface Props {
  readonly answers: Answers;
  readonly place: Place;
  readonly go: Go;
  readonly reload: () => void;
  readonly client: Client;
  readonly desk: Desk;
}

/** The page once there are answers: map above, rules below, details at the side. */
export function Workspace({ answers, place, go, reload, client, desk }: Props): VNode {
  const estate = useMemo(() => estateOf(answers), [answers]);
  const analysed = answers.map.topology !== null;
  return (
    <div class="page">
      <div>
        <PipelineBanner pipeline={answers.status.pipeline} />
        <Header answers={answers} reload={reload} />
      </div>
      {analysed ? (
        <main class="workspace">
          <MapPane
            view={answers.map.view}
            words={answers.map.words}
            policies={answers.policies}
            estate={estate}
            place={place}
            go={go}
          />
          <PolicyPane {...{ answers, estate, place, go, client, desk }} />
          <Inspector answers={answers} estate={estate} place={place} go={go} desk={desk} />
        </main>
      ) : (
        <GettingStarted flows={answers.status.flows ?? 0} reload={reload} />
      )}
    </div>
  );
}
