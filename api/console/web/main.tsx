import { render } from 'preact';
import { App } from './app';
import { createClient } from './client';
import { openSession } from './session';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element "app"');
const session = openSession(window.location, window.history, window.sessionStorage);
render(<App session={session} client={createClient(session, window.fetch.bind(window))} />, root);
